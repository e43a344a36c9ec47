"""Which step of a case comes next: its branches, its machines, its records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from codeflash_cli.case_opening import checkout_of
from codeflash_core.cases.machines import Machine, machines_of
from codeflash_core.errors import PrerequisiteError, StageError, UsageError
from codeflash_core.git.repository import Repository
from codeflash_core.pulls.progress import Progress, next_step, progress_of
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import Row, RowStatus
from codeflash_core.records.shared_pages import read_page


def where_it_stands(
    place: CasePlace, options: argparse.Namespace, rows: Sequence[Row], *, built: bool
) -> dict[str, object]:
    """How far each branch has come, and the next step.

    Args:
        place: The case.
        options: The command's options.
        rows: The case's rows.
        built: Whether its study was written.

    Raises:
        UsageError: The records can't be read, or the checkout that was named is none.
        StageError: git refuses the checkout.
    """
    given = getattr(options, "checkout", None) or ""
    checkout = _checkout(options.project, given)
    branches = progress_of(place, checkout) if checkout else ()
    step = next_step(branches, options.project, _machines(place))
    return {
        "checkout": str(checkout.top) if checkout else None,
        "branches": [_told(each) for each in branches],
        "next": step or _next(rows, built=built),
    }


def told_after(
    place: CasePlace, options: argparse.Namespace, rows: Sequence[Row], *, built: bool
) -> dict[str, object]:
    """The same after something else was done: what keeps the steps from being told is a note, and no next step is told.

    Args:
        place: The case.
        options: The command's options.
        rows: The case's rows.
        built: Whether its study was written.
    """
    try:
        return where_it_stands(place, options, rows, built=built)
    except (UsageError, PrerequisiteError, StageError) as problem:
        told = f" ({problem.hint})" if problem.hint else ""
        print(f"codeflash: the next step can't be told: {problem.message}{told}", file=sys.stderr)
        return {"checkout": None, "branches": [], "next": None}


def branch_lines(found: Mapping[str, object]) -> Iterator[str]:
    """What :func:`where_it_stands` tells of the branches, a line each."""
    branches = found["branches"]
    for each in branches if isinstance(branches, list) else []:
        pushed = {True: "pushed", False: "not pushed", None: "no fork"}[each["pushed"]]
        gain = "a gain" if each["gain"] else "no gain"
        measured = f"row {each['row']}, {gain}" if each["row"] else "not measured"
        yield f"{each['branch']}  {pushed}; {measured}; {each['pull'] or 'no pull request'}"
    if found["checkout"] is None:
        yield "no checkout of the project was found, so its branches are not looked at: --checkout DIR"


def _checkout(project: str, given: str) -> Repository | None:
    try:
        return checkout_of(project, given)
    except UsageError:
        if given:
            raise
        return None  # The records can be looked at without it.


def _told(each: Progress) -> dict[str, object]:
    return {
        "branch": each.branch.name,
        "commit": each.branch.commit,
        "pushed": each.pushed,
        "row": each.number or None,
        "gain": each.is_gain if each.rows else None,
        "pull": each.pull.url if each.pull else None,
    }


def _next(rows: Sequence[Row], *, built: bool) -> str:
    if not rows:
        return (
            "change one thing on a branch perf/NAME, run the tests, measure it, then: codeflash case record"
        )
    if not any(row.status is RowStatus.KEEP for row in rows):
        return "no recorded change is a gain yet: try another, and record it as well"
    return "codeflash case check" if built else "write case.md, then: codeflash case build"


def _machines(place: CasePlace) -> tuple[Machine, ...]:
    return machines_of(read_page(place.status), place.status.relative_to(place.root).as_posix())
