"""Salaries and the cost of each level."""

from __future__ import annotations

from payscale.org import Employee, depth

TOP_BONUS = 40
STEP = 4


def salary(staff: list[Employee], employee: Employee) -> int:
    """Base pay with a bonus in percent that shrinks with each level, rounded down."""
    percent = max(0, TOP_BONUS - STEP * depth(staff, employee))
    return employee.base * (100 + percent) // 100


def payroll(staff: list[Employee]) -> list[tuple[str, int]]:
    """Name and salary of each employee, in the order of the staff."""
    levels, rows = {None: -1}, []
    for employee in staff:
        levels[employee.number] = levels.get(employee.manager, -1) + 1
        percent = max(0, TOP_BONUS - STEP * levels[employee.number])
        rows.append((employee.name, employee.base * (100 + percent) // 100))
    return rows


def cost_by_level(staff: list[Employee]) -> dict[int, int]:
    """What each level costs, from the top down."""
    costs: dict[int, int] = {}
    for employee in staff:
        level = depth(staff, employee)
        costs[level] = costs.get(level, 0) + salary(staff, employee)
    return dict(sorted(costs.items()))


def statement(staff: list[Employee]) -> dict[str, object]:
    rows = payroll(staff)
    return {
        "rows": rows,
        "levels": cost_by_level(staff),
        "total": sum(pay for _, pay in rows),
    }
