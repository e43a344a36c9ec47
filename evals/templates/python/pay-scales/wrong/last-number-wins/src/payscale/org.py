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


def depth(staff: list[Employee], employee: Employee) -> int:
    """Number of managers above an employee."""
    steps = 0
    by_number = {one.number: one for one in staff}
    while employee.manager is not None:
        employee = by_number[employee.manager]
        steps += 1
        if steps > len(staff):
            raise OrgError(f"{employee.name} is in a circle")
    return steps
