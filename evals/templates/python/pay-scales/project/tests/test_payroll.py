import pytest

from payscale.org import Employee, OrgError, depth, find
from payscale.payroll import cost_by_level, payroll, statement


def staff(count):
    return [Employee(n, f"E{n}", None if n == 0 else (n - 1) // 3, 3000 + n % 9 * 100) for n in range(count)]


def test_depth_counts_managers():
    people = staff(14)
    assert [depth(people, people[n]) for n in (0, 1, 4, 13)] == [0, 1, 2, 3]


def test_the_bonus_shrinks_with_each_level():
    assert payroll(staff(5)) == [("E0", 4200), ("E1", 4216), ("E2", 4352), ("E3", 4488), ("E4", 4488)]


def test_an_unknown_manager_is_named():
    with pytest.raises(OrgError, match="number 9"):
        payroll([Employee(1, "A", 9, 1)])


def test_a_circle_is_found():
    with pytest.raises(OrgError, match="circle"):
        payroll([Employee(1, "A", 2, 1), Employee(2, "B", 1, 1)])


def test_levels_are_in_order():
    assert list(cost_by_level(staff(40)[::-1])) == [0, 1, 2, 3]


def test_find_takes_the_first():
    assert find([Employee(1, "A", None, 1), Employee(1, "B", None, 1)], 1).name == "A"


def test_a_company():
    result = statement(staff(220))
    assert result["total"] == sum(result["levels"].values())
