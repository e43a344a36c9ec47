"""``codeflash-evals list``: what there is to measure."""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_core.command_line import CommandParser
from codeflash_core.door import print_json
from codeflash_evals.cases.catalogue import evals_folder, read_all, selected

HELP = "list the cases"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", help="by name, or a group such as python or repos (default: all)"
    )
    parser.add_argument(
        "--class", dest="kinds", action="append", default=[], metavar="CLASS", help="only this class"
    )
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="where templates and repos are")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    cases = selected(read_all(options.folder or evals_folder()), options.cases, options.kinds)
    if options.json:
        rows = [{"id": each.id, "class": each.kind.value, "title": each.title} for each in cases]
        print_json({"cases": rows})
        return 0
    width = max(len(each.id) for each in cases)
    for each in cases:
        print(f"{each.id:<{width}}  {each.kind.value:<14}  {each.title}")
    return 0
