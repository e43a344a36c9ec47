"""The HTML report as a file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.reports.html import render_html


def refuse_unwritable(options: argparse.Namespace) -> None:
    """See to it before the work that its result can be written.

    Raises:
        UsageError: The place of the report or of the patches is taken, or may not be written.
    """
    report, patches = getattr(options, "report", None), getattr(options, "patch", None)
    if report and Path(report).is_dir():
        raise UsageError(f"can't write the report {report}: it is a folder", "Name a file.")
    if patches and Path(patches).is_file():
        raise UsageError(f"can't write patches to {patches}: it is a file", "Name a folder.")
    for place in (Path(report).parent if report else None, Path(patches) if patches else None):
        above = next((each for each in (place, *place.parents) if each.exists()), None) if place else None
        if above is not None and not (above.is_dir() and os.access(above, os.W_OK)):
            raise UsageError(f"can't write to {place}: {above} can't be written")


def write_report(report: RunReport, path: Path) -> None:
    """Write the report and say where it is.

    Raises:
        UsageError: The file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render_html(report), encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"can't write the report {path}: {problem.strerror}") from problem
    print(f"report: {path}", file=sys.stderr)
