"""Runs on disk as a client may see them: those on projects in its folders."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.records.reading import read_report
from codeflash_core.records.runs import Runs, RunSummary
from codeflash_mcp.places import Places


def visible_runs(places: Places) -> tuple[RunSummary, ...]:
    """The runs on projects in a client's folders, oldest first."""
    return tuple(each for each in Runs().list() if each.project and places.holds(Path(each.project)))


def find_run(name: str, places: Places) -> RunSummary:
    """A run by its name, the beginning of it, or ``last``.

    Raises:
        UsageError: There is no such run in the client's folders, or more than one.
    """
    runs = visible_runs(places)
    if name == "last" and runs:
        return runs[-1]
    matching = [each for each in runs if each.id == name] or [
        each for each in runs if name and each.id.startswith(name)
    ]
    if len(matching) != 1:
        known = ", ".join(each.id for each in runs[-5:])
        raise UsageError(
            f"several runs begin so: {name}" if matching else f"no such run: {name}",
            f"Known runs: {known}." if known else "There are no runs on your projects yet.",
        )
    return matching[0]


def report_of(summary: RunSummary) -> RunReport | None:
    """What a run found, or None when it found nothing."""
    return read_report(Runs().folder / summary.id) if summary.report else None
