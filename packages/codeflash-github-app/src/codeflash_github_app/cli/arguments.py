"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from codeflash_core.command_line import CommandParser
from codeflash_github_app.variables import PREFIX, default
from codeflash_web.options import Options

OPTIONS = Options("codeflash-github-app", PREFIX, default)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Args:
        words: The words after the program's name.

    Raises:
        UsageError: It can't be read.
    """
    options: argparse.Namespace = build().parse_args(words)
    return options


def build() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = CommandParser(
        prog="codeflash-github-app",
        description="The GitHub app. Settings come from CODEFLASH_APP_* variables; DATABASE_URL names a Postgres, "
        "without it one is started in the data folder.",
    )
    parser.add_argument("--version", "-V", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _serve(commands.add_parser("serve", help="take deliveries and show the status pages; with a worker"))
    work = commands.add_parser("work", help="run a worker: handle deliveries and carry jobs out")
    work.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    OPTIONS.add_data(work)
    OPTIONS.add_data(commands.add_parser("migrate", help="bring the database up to date"))
    doctor = commands.add_parser("doctor", help="say what is configured, what works and what is missing")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    OPTIONS.add_data(doctor)
    return parser


def _serve(parser: argparse.ArgumentParser) -> None:
    OPTIONS.add_address(parser)
    workers = parser.add_mutually_exclusive_group()
    workers.add_argument(
        "--with-worker",
        dest="worker",
        action="store_true",
        help="run a worker beside it (default: where the app's id and private key are set)",
    )
    workers.add_argument(
        "--no-worker",
        dest="worker",
        action="store_false",
        help="run none: codeflash-github-app work does the work, here or on other machines",
    )
    parser.set_defaults(worker=None)
    OPTIONS.add_data(parser)
