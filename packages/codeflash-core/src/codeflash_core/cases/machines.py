"""The virtual machines that a case measures on: one table in its ``status.md``, all other text stays as it is."""

from __future__ import annotations

import re

from attrs import frozen

from codeflash_core.errors import Place, UsageError

HEADING = "## Machines"
COLUMNS = ("name", "project", "address", "size", "resource group")
GENERATED = "<!-- Written by codeflash"
"""What the mark of a part of the page begins with that is written anew by another command: nothing of ours stands behind it."""
NOTE = "Kept running while the case is open; `codeflash vm doctor` says so."
_ENDS = re.compile(rf"#{{1,2}} |{re.escape(GENERATED)}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_CELL = re.compile(r"[A-Za-z0-9@:/%+~()\[\]._-]*")
"""What a cell may hold: no mark of a table, no blank, nothing that a shell or an option could take for its own."""


@frozen
class Machine:
    """A virtual machine.

    Attributes:
        name: How commands call it, as in ``--on NAME``.
        project: The project that is measured on it, as ``ORG/PROJECT``.
        address: Where ssh finds it, as ``[user@]host[:port]``; empty until it is known.
        size: What the provider calls its size.
        resource_group: What the provider files it under.
    """

    name: str
    project: str
    address: str = ""
    size: str = ""
    resource_group: str = ""

    def __attrs_post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"letters, digits, '.', '_' and '-' are wanted as a machine's name, not {self.name!r}"
            )
        for column, value in zip(COLUMNS[1:], self.cells[1:], strict=True):
            if not _CELL.fullmatch(value) or value.startswith("-"):
                raise ValueError(f"the {column} of a machine can't be {value!r}")

    @property
    def cells(self) -> tuple[str, ...]:
        """Its values in the order of the table."""
        return self.name, self.project, self.address, self.size, self.resource_group


def machines_of(text: str, path: str = "status.md") -> tuple[Machine, ...]:
    """The machines that a ``status.md`` names, in its order; none where it has no such table.

    Args:
        text: The page.
        path: The page's name, for messages.

    Raises:
        UsageError: A row can't be read, or two machines have one name.
    """
    lines = text.splitlines()
    found: dict[str, Machine] = {}
    for number in _rows(lines):
        cells = [cell.strip() for cell in lines[number].strip().strip("|").split("|")]
        where = Place(path, number + 1)
        if len(cells) != len(COLUMNS):
            raise UsageError(
                f"{where}: a machine has {len(COLUMNS)} cells, not {len(cells)}",
                f"The columns are: {', '.join(COLUMNS)}.",
                where,
            )
        try:
            machine = Machine(*cells)
        except ValueError as problem:
            raise UsageError(f"{where}: {problem}", "Correct the row.", where) from None
        if machine.name in found:
            raise UsageError(f"{where}: there are two machines called {machine.name}", "Rename one.", where)
        found[machine.name] = machine
    return tuple(found.values())


def with_machine(text: str, machine: Machine, path: str = "status.md") -> str:
    """The page with a machine in its table: in the place of the one of that name, else as the last row.

    Args:
        text: The page; it may have no table yet.
        machine: The machine.
        path: The page's name, for messages.

    Raises:
        UsageError: The table that is there can't be read.
    """
    known = {each.name: each for each in machines_of(text, path)} | {machine.name: machine}
    lines = text.splitlines()
    start, end = _section(lines)
    before, after = lines[:start], lines[end:]
    table = [_line(COLUMNS), "|" + "---|" * len(COLUMNS), *(_line(each.cells) for each in known.values())]
    # What else people wrote under the heading stays there.
    kept = [line for line in lines[start + 1 : end] if not line.lstrip().startswith("|")]
    while kept and not kept[-1].strip():
        kept.pop()
    prose = kept if start < len(lines) else ["", NOTE]
    while before and not before[-1].strip():
        before.pop()
    parts = [
        *before,
        *([""] if before else []),
        HEADING,
        *prose,
        "",
        *table,
        *([""] if after else []),
        *after,
    ]
    return "\n".join(parts) + "\n"


def _section(lines: list[str]) -> tuple[int, int]:
    """The line of the heading and that after the section's last; both after the end where it is missing."""
    start = next((number for number, line in enumerate(lines) if line.strip() == HEADING), len(lines))
    ends = (number for number in range(start + 1, len(lines)) if _ENDS.match(lines[number]))
    return start, next(ends, len(lines))


def _rows(lines: list[str]) -> list[int]:
    start, end = _section(lines)
    table = [number for number in range(start, end) if lines[number].lstrip().startswith("|")]
    return table[2:]  # after the names of the columns and the rule below them


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
