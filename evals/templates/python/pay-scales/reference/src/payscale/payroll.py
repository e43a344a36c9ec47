"""Salaries and the cost of each level."""

from __future__ import annotations

from payscale.org import Employee, depth, depths

TOP_BONUS = 40
STEP = 4


def pay_at(employee: Employee, level: int) -> int:
    """Base pay with a bonus in percent that shrinks with each level, rounded down."""
    return employee.base * (100 + max(0, TOP_BONUS - STEP * level)) // 100


def salary(staff: list[Employee], employee: Employee) -> int:
    """Pay of an employee at the level that the staff gives."""
    return pay_at(employee, depth(staff, employee))


def payroll(staff: list[Employee]) -> list[tuple[str, int]]:
    """Name and salary of each employee, in the order of the staff."""
    return [(employee.name, pay_at(employee, level)) for employee, level in zip(staff, depths(staff), strict=True)]


def cost_by_level(staff: list[Employee]) -> dict[int, int]:
    """What each level costs, from the top down."""
    costs: dict[int, int] = {}
    for employee, level in zip(staff, depths(staff), strict=True):
        costs[level] = costs.get(level, 0) + pay_at(employee, level)
    return dict(sorted(costs.items()))


def statement(staff: list[Employee]) -> dict[str, object]:
    rows = payroll(staff)
    return {
        "rows": rows,
        "levels": cost_by_level(staff),
        "total": sum(pay for _, pay in rows),
    }
