"""Plain text tables."""

from __future__ import annotations

from collections.abc import Sequence


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under titles, in columns of equal width.

    Args:
        titles: One per column.
        rows: Cells; control characters are left out, names may be anything.
    """
    lines = [tuple(titles), *(tuple("".join(filter(str.isprintable, cell)) for cell in row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(titles))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
