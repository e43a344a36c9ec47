import pytest

from tills.change import fewest, greedy, ways
from tills.plans import plan


@pytest.mark.parametrize(("amount", "kinds", "expected"), [(0, 3, 1), (4, 4, 5), (5, 2, 3), (3, 0, 0), (-1, 4, 0)])
def test_ways(amount, kinds, expected):
    assert ways(amount, kinds) == expected


def test_more_kinds_more_ways():
    assert ways(40, 9) > ways(40, 8) > ways(40, 7)


def test_greedy_pays_with_large_coins_first():
    assert greedy(288) == [200, 50, 20, 10, 5, 2, 1]


def test_what_cannot_be_paid_is_refused():
    with pytest.raises(ValueError, match="left over"):
        greedy(3, (2,))
    with pytest.raises(ValueError, match="cannot pay"):
        greedy(-5)


def test_greedy_is_not_always_best():
    assert len(greedy(6, (4, 3, 1))) == 3
    assert fewest(6, (4, 3, 1)) == 2
    assert fewest(3, (2,)) is None


def test_a_plan():
    rows = plan([12, 30], 6)
    assert [row["ways"] for row in rows] == [58, 1206]
    assert all(row["greedy_is_best"] for row in rows)
