"""The words of ``codeflash case``."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser


def add_case(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser(
        "case", help="keep the record of an optimization job, and build its case study"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, text in (
        ("new", "begin a case: its folder, and the text to fill in"),
        ("record", "add a result: a row, and the raw data it rests on"),
        ("status", "what is recorded, and which step is next"),
        ("build", "write the case study"),
        ("check", "see that it says only what the records say; 1 when it does not"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("project", metavar="ORG/PROJECT", help="whose project it is, and its name")
        action.add_argument("--json", action="store_true", help="print one JSON document")
        if name == "record":
            action.add_argument(
                "files",
                nargs="+",
                metavar="FILE",
                help="the --json of codeflash, of hyperfine --export-json, or two of pytest-benchmark: before and after",
            )
            action.add_argument(
                "--technique", required=True, metavar="NAME", help="the category of the change"
            )
            action.add_argument(
                "--description", required=True, metavar="TEXT", help="what was done, in a sentence"
            )
            action.add_argument(
                "--domain", default="cpu", metavar="NAME", help="which kind of cost (default: cpu)"
            )
