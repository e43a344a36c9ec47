"""Reports as files: the HTML page, and the page of Markdown."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.reports.html import render_html
from codeflash_core.reports.summary import summary_page


def refuse_unwritable(options: argparse.Namespace) -> None:
    """See to it before the work that its result can be written.

    Raises:
        UsageError: The place of a report or of the patches is taken, or may not be written.
    """
    files = [name for name in (getattr(options, "report", None), getattr(options, "summary", None)) if name]
    patches = getattr(options, "patch", None)
    for name in files:
        if Path(name).is_dir():
            raise UsageError(f"can't write the report {name}: it is a folder", "Name a file.")
    if patches and Path(patches).is_file():
        raise UsageError(f"can't write patches to {patches}: it is a file", "Name a folder.")
    for place in (*(Path(name).parent for name in files), *([Path(patches)] if patches else ())):
        above = next((each for each in (place, *place.parents) if each.exists()), None)
        if above is not None and not (above.is_dir() and os.access(above, os.W_OK)):
            raise UsageError(f"can't write to {place}: {above} can't be written")


def write_reports(options: argparse.Namespace, report: RunReport) -> None:
    """Write the files that were asked for and say where they are.

    Raises:
        UsageError: One can't be written.
    """
    if options.report:
        _write(Path(options.report), render_html(report))
    if getattr(options, "summary", None):
        _write(Path(options.summary), summary_page(report))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as problem:
        raise UsageError(f"can't write the report {path}: {problem.strerror}") from problem
    print(f"report: {path}", file=sys.stderr)
