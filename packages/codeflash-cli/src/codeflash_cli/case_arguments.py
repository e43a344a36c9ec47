"""The words of ``codeflash case``."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.units import parse_count


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
        ("export", "write the script that repeats a measurement with public tools"),
        ("check", "see that it says only what the records say; 1 when it does not"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("project", metavar="ORG/PROJECT", help="whose project it is, and its name")
        action.add_argument("--json", action="store_true", help="print one JSON document")
        if name in ("status", "export"):
            action.add_argument(
                "--checkout",
                metavar="DIR",
                help="the project's checkout (default: here, else the setting checkouts)",
            )
        if name == "export":
            _export(action)
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


def _export(action: CommandParser) -> None:
    action.add_argument(
        "--hyperfine", action="store_true", help="a shell script that times both versions with hyperfine"
    )
    action.add_argument(
        "--row", type=read_by(parse_count), metavar="N", help="which recording (default: the latest gain)"
    )
    action.add_argument(
        "--bench", metavar="FILE.py", help="a program to time in the place of the recorded benchmark"
    )
    action.add_argument(
        "--vm",
        action="store_true",
        help="run Python as .venv/bin/python of the clone (default: uv run python)",
    )
    action.add_argument("-o", "--output", metavar="FILE", help="where to write it (default: print it)")
