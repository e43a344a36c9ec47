"""``codeflash-evals show``: results as a table, a page, or a section of a page."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from codeflash_core.command_line import CommandParser
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.records.replacing import replace_file
from codeflash_evals.pages.html import render_html
from codeflash_evals.pages.markers import write_between
from codeflash_evals.pages.table import markdown
from codeflash_evals.scores.lines import read_results
from codeflash_evals.scores.record import CONVERTER, CaseRun, Key

HELP = "show results as a table"
MARK = "results"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument("results", nargs="+", type=Path, metavar="FILE.jsonl", help="results")
    parser.add_argument("--html", type=Path, metavar="FILE.html", help="write a page")
    parser.add_argument(
        "--into", type=Path, metavar="FILE.md", help=f"write the table between the marks '{MARK}' of a page"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    runs = _all_of(options.results)
    table = markdown(runs)
    if options.html:
        replace_file(options.html, render_html(runs).encode())
    if options.into:
        write_between(options.into, MARK, table)
    if options.json:
        print_json({"runs": [CONVERTER.unstructure(each) for each in runs]})
    elif not options.html and not options.into:
        print(table)
    return 0


def _all_of(paths: Sequence[Path]) -> list[CaseRun]:
    """The case-runs of all files; one that stands in two of them would count twice."""
    runs: dict[Key, CaseRun] = {}
    for path in paths:
        for each in read_results(path):
            if each.key in runs:
                key = each.key
                raise UsageError(
                    f"{path}: {key.case} by {key.subject}, turn {key.turn}, stands in an earlier file too",
                    "Compare such files with: codeflash-evals compare",
                )
            runs[each.key] = each
    return list(runs.values())
