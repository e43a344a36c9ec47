from ledger.balance import balance


def test_a_balance():
    assert balance(list(range(2000))) == 1999000
    assert balance([]) == 0
    assert balance([-3, 3]) == 0
