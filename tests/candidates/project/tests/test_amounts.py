import pytest
from ledger.amounts import cents, clamp, fee, negated, over_limit, running, total, variance


def test_totals():
    assert total([1.5, 2.25, -0.75]) == 3.0
    assert total([]) == 0.0
    assert total([0.1] * 10) == 0.9999999999999999
    assert total([1e16, 1.0, -1e16, 3.5]) == 3.5


def test_variance_of_values():
    assert variance([1.0, 2.0, 3.0, 4.0]) == 1.25
    assert variance([5.0]) == 0.0
    assert variance([0.1, 0.7, 0.3]) == pytest.approx(0.0622222)
    assert variance([1000000.1, 1000000.2, 1000000.4]) == pytest.approx(0.0155555, rel=1e-3)
    with pytest.raises(ValueError, match="no values"):
        variance([])


def test_values_are_clamped():
    assert clamp([1.0, 5.0, 9.0], 2.0, 8.0) == [2.0, 5.0, 8.0]
    assert clamp([], 0.0, 1.0) == []
    assert clamp([-3.5, 0.25, 12.0, 1.0, 0.0], 0.0, 1.0) == [0.0, 0.25, 1.0, 1.0, 0.0]


def test_running_sums():
    assert running([1.0, 2.0, 3.5]) == [1.0, 3.0, 6.5]
    assert running([]) == []
    assert running([0.1, 0.2, 0.3, 0.4]) == [0.1, 0.30000000000000004, 0.6000000000000001, 1.0]


def test_negated_amounts():
    assert negated([1.5, -2.0, 3.25]) == [-1.5, 2.0, -3.25]
    assert negated([]) == []


@pytest.mark.parametrize(
    ("amount", "expected"), [(100, 3), (99, 2), (1, 0), (0, 0), (123456, 3703), (-50, 0)]
)
def test_fees(amount, expected):
    assert fee(amount) == expected


def test_limits():
    assert over_limit([1.0, 5.5], 5.0) is True
    assert over_limit([1.0, 5.0], 5.0) is False
    assert over_limit([7.0, 2.0, 3.0], 6.5) is True
    assert over_limit([-4.0, -2.5], -2.0) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.50", 1250),
        ("7", 700),
        ("-3.5", -350),
        (" 0.05 ", 5),
        ("1234.99", 123499),
        ("10.", 1000),
        ("0.29", 29),
    ],
)
def test_amounts_are_read(text, expected):
    assert cents(text) == expected


@pytest.mark.parametrize("text", ["", "12,50", "1.234", ".5", "EUR 5", "--2", "1.2.3"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError):
        cents(text)
