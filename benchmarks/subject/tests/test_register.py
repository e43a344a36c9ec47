from register import checksum, numbered


def test_every_value_gets_a_number():
    assert len(numbered(list(range(1000)))) == 1000
    assert len(numbered(list(range(900)))) == 900


def test_numbers_stay_below_the_modulus():
    assert max(numbered([number * 131 for number in range(1100)])) < 1009


def test_few_values_get_numbers():
    assert numbered([5]) == [15]
    assert numbered([]) == []


def test_checksums_of_many_lists_differ():
    seen = {checksum([number, number % 7, number % 11]) for number in range(20_000)}
    assert len(seen) > 1_000
