"""``codeflash-evals list``: what there is to measure."""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_core.command_line import CommandParser
from codeflash_core.door import print_json
from codeflash_evals.cases.catalogue import evals_folder, read_templates, selected

HELP = "list the cases"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", help="templates by name, or a language (default: all)"
    )
    parser.add_argument(
        "--class", dest="kinds", action="append", default=[], metavar="CLASS", help="only this class"
    )
    parser.add_argument("--templates", type=Path, metavar="FOLDER", help="where the templates are")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    templates = read_templates(options.templates or evals_folder() / "templates")
    cases = selected(templates, options.cases, options.kinds)
    if options.json:
        rows = [
            {"id": each.id, "class": each.kind.value, "title": each.title, "expect": each.expect.value}
            for each in cases
        ]
        print_json({"cases": rows})
        return 0
    width = max(len(each.id) for each in cases)
    for each in cases:
        print(f"{each.id:<{width}}  {each.kind.value:<14}  {each.title}")
    return 0
