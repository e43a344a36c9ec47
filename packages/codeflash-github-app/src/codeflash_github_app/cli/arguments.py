"""The words of the command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from codeflash_core.command_line import CommandParser
from codeflash_github_app.variables import PREFIX, default


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Args:
        words: The words after the program's name.

    Raises:
        UsageError: It can't be read.
    """
    options: argparse.Namespace = build().parse_args(words)
    return options


def default_data() -> Path:
    """Where data live when nothing is said: the user's own folder for them."""
    set_folder = os.environ.get(f"{PREFIX}DATA")
    if set_folder:
        return Path(set_folder)
    from platformdirs import user_data_path

    return user_data_path("codeflash-github-app", appauthor=False)


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
    _data(work)
    _data(commands.add_parser("migrate", help="bring the database up to date"))
    doctor = commands.add_parser("doctor", help="say what is configured, what works and what is missing")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    _data(doctor)
    return parser


def _serve(parser: argparse.ArgumentParser) -> None:
    # Texts are read as if they had been given: a variable with a wrong number is refused in the same words.
    parser.add_argument("--host", default=_set("HOST"), help=f"address to listen on ({_told('HOST')})")
    parser.add_argument(
        "--port", type=_port, default=_set("PORT"), metavar="N", help=f"port ({_told('PORT')}; 0: any)"
    )
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
    _data(parser)


def _set(name: str) -> str:
    return os.environ.get(f"{PREFIX}{name}", "").strip() or default(f"{PREFIX}{name}")


def _told(name: str) -> str:
    return f"default: {PREFIX}{name}, else {default(f'{PREFIX}{name}')}"


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=default_data(),
        metavar="DIR",
        help=f"data folder (default: {PREFIX}DATA, else the user's folder for data)",
    )


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"not a port: {text[:40]}")
    return number
