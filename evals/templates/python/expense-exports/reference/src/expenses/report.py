"""What the travel office wants to know."""

from __future__ import annotations

from collections.abc import Iterable

from expenses.rows import read


def totals(lines: Iterable[str], kinds: set[str] | None = None) -> dict[str, int]:
    """Approved cents of each person, by person; only of some kinds when ``kinds`` is given."""
    sums: dict[str, int] = {}
    for expense in read(lines):
        if expense.approved and (kinds is None or expense.kind in kinds):
            sums[expense.person] = sums.get(expense.person, 0) + expense.cents
    return dict(sorted(sums.items()))


def as_text(sums: dict[str, int]) -> str:
    width = max(map(len, sums), default=0)
    return "\n".join(f"{person:<{width}} {cents // 100:>8}.{cents % 100:02}" for person, cents in sums.items())
