"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from codeflash_api.variables import PREFIX, default
from codeflash_core.command_line import CommandParser
from codeflash_web.options import Options

OPTIONS = Options("codeflash-api", PREFIX, default)


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
        prog="codeflash-api",
        description="The AI service. Settings come from CODEFLASH_API_* variables; DATABASE_URL names a Postgres, "
        "without it one is started in the data folder.",
    )
    parser.add_argument("--version", "-V", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _serve(commands.add_parser("serve", help="run the service"))
    OPTIONS.add_data(commands.add_parser("migrate", help="bring the database up to date"))
    _keys(commands.add_parser("keys", help="make, list and revoke keys"))
    _plans(commands.add_parser("plans", help="set what organizations may use"))
    _usage(commands.add_parser("usage", help="show what was used, by organization and feature"))
    prices = commands.add_parser("prices", help="show what tokens cost")
    prices.add_argument("--json", action="store_true", help="print JSON")
    openapi = commands.add_parser("openapi", help="print the OpenAPI document")
    openapi.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it to a file")
    return parser


def _serve(parser: argparse.ArgumentParser) -> None:
    OPTIONS.add_address(parser)
    companion = "second port, where clients in local mode expect the companion API"
    OPTIONS.add_port(parser, "--companion-port", "COMPANION_PORT", companion)
    parser.add_argument("--no-companion-port", action="store_true", help="listen on one port only")
    OPTIONS.add_data(parser)


def _keys(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    create = actions.add_parser("create", help="make a key and print it once")
    create.add_argument("--organization", default="default", help="whose key it is; made when missing")
    create.add_argument("--user", default="owner", help="the member it is for; made when missing")
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument(
        "--scope",
        action="append",
        default=[],
        metavar="SCOPE",
        help="a feature such as optimize, or companion; repeat for more (default: everything)",
    )
    create.add_argument("--per-minute", type=_count, default=600, help="most calls a minute (default: 600)")
    create.add_argument("--days", type=_count, metavar="N", help="days until it expires (default: never)")
    OPTIONS.add_data(create)
    listing = actions.add_parser("list", help="list keys by their first characters")
    listing.add_argument("--json", action="store_true", help="print JSON")
    OPTIONS.add_data(listing)
    revoke = actions.add_parser("revoke", help="revoke a key at once")
    revoke.add_argument("key", help="its first characters or its id, as keys list shows them")
    OPTIONS.add_data(revoke)


def _plans(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="list plans with their limits")
    listing.add_argument("--json", action="store_true", help="print JSON")
    OPTIONS.add_data(listing)
    put = actions.add_parser("put", help="make a plan, or change it for everyone who has it")
    put.add_argument("plan", help="its name; organizations have the plan named default unless told otherwise")
    put.add_argument("--per-minute", type=_count, required=True, metavar="N", help="most calls a minute")
    put.add_argument("--per-month", type=_count, metavar="N", help="most calls a month (default: any number)")
    OPTIONS.add_data(put)
    assign = actions.add_parser("assign", help="give an organization a plan")
    assign.add_argument("organization", help="its name; made when missing")
    assign.add_argument("plan", help="the plan's name")
    OPTIONS.add_data(assign)


def _usage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=_count, default=30, metavar="N", help="how far back (default: 30)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    OPTIONS.add_data(parser)


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 1000000: {text[:40]}")
    return number
