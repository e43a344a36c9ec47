"""The HTML report as a file."""

from __future__ import annotations

import sys
from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.reports.html import render_html


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
