"""Who reports to whom."""

from __future__ import annotations

from typing import NamedTuple


class Employee(NamedTuple):
    number: int
    name: str
    manager: int | None
    base: int


class OrgError(ValueError):
    """The organization has a hole or a circle."""


def find(staff: list[Employee], number: int) -> Employee:
    """The first employee with a number."""
    for employee in staff:
        if employee.number == number:
            return employee
    raise OrgError(f"nobody has the number {number}")


def depths(staff: list[Employee]) -> list[int]:
    """Number of managers above each employee, in the order of the staff."""
    known: dict[int, Employee] = {}
    for employee in staff:
        known.setdefault(employee.number, employee)
    levels: dict[int, int] = {}
    result: list[int] = []
    for start in staff:
        path: list[int] = []
        employee, steps = start, 0
        while employee.manager is not None:
            if employee.number in levels and known[employee.number] is employee:
                steps = levels[employee.number]
                break
            path.append(employee.number if known[employee.number] is employee else -1)
            if employee.manager not in known or len(path) > len(staff):
                depth(staff, start)
            employee = known[employee.manager]
        for back, number in enumerate(reversed(path), 1):
            if number != -1:
                levels[number] = steps + back
        result.append(steps + len(path))
    return result


def depth(staff: list[Employee], employee: Employee) -> int:
    """Number of managers above an employee."""
    steps = 0
    while employee.manager is not None:
        employee = find(staff, employee.manager)
        steps += 1
        if steps > len(staff):
            raise OrgError(f"{employee.name} is in a circle")
    return steps
