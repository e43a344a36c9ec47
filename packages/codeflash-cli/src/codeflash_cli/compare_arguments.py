"""The words of ``codeflash compare``."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.units import parse_count


def add_compare(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser(
        "compare",
        help="two versions on the project's own benchmarks, or two commands in any language: which is faster?",
    )
    _versions(parser)
    _commands(parser)
    _elsewhere(parser)
    how = parser.add_argument_group("how")
    how.add_argument("--budget", metavar="TIME", help="time for all of it (default: 60s; for versions 5m)")
    how.add_argument(
        "--seed",
        type=read_by(lambda text: parse_count(text, least=None)),
        default=0,
        metavar="N",
        help="seed of the order of runs (default: 0)",
    )
    how.add_argument("--json", action="store_true", help="print one JSON document")
    how.add_argument("--verbose", action="store_true", help="say more while it runs")


def _versions(parser: CommandParser) -> None:
    parser.add_argument("base", nargs="?", metavar="BASE", help="the first version: a branch, tag or commit")
    parser.add_argument(
        "head",
        nargs="?",
        metavar="HEAD",
        help="the second version (default: HEAD); uncommitted changes are left out",
    )
    group = parser.add_argument_group("versions")
    group.add_argument(
        "--pr", type=read_by(parse_count), metavar="N", help="a pull request of origin instead"
    )
    group.add_argument(
        "--benchmarks",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="files, folders, tests that use the fixture benchmark, or functions as path.py::name",
    )
    group.add_argument(
        "--functions",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="only benchmarks that call one of these",
    )
    group.add_argument(
        "--import-time", nargs="+", action="extend", metavar="MODULE", help="what importing a module costs"
    )
    group.add_argument("--memory", action="store_true", help="peak memory of each benchmark as well")
    group.add_argument("--python", metavar="PATH", help="the project's interpreter")
    group.add_argument("--sandbox", choices=("auto", "require", "off"), help="how foreign code is confined")
    group.add_argument(
        "--env", nargs="+", action="extend", metavar="NAME", help="variables that benchmarks may see"
    )
    group.add_argument("--markdown", metavar="FILE.md", help="write a table for a pull request")
    group.add_argument("--report", metavar="FILE.html", help="write an HTML report with plots")
    group.add_argument(
        "--fail-on-regression",
        metavar="PERCENT",
        help="exit with 1 when a benchmark is surely slower by more than that, such as 3%%",
    )


def _elsewhere(parser: CommandParser) -> None:
    group = parser.add_argument_group("versions on another machine")
    group.add_argument(
        "--on",
        metavar="MACHINE",
        help="where to measure: a machine of the case's status.md, or [user@]host[:port] as ssh takes it",
    )
    group.add_argument(
        "--setup",
        metavar="CMD",
        help="a command for the shell in the checkout there, before; such as one that makes .venv",
    )
    group.add_argument("--stop", action="store_true", help="end that comparison there, and take it away")


def _commands(parser: CommandParser) -> None:
    group = parser.add_argument_group("commands in any language; they run outside the sandbox")
    group.add_argument(
        "--command",
        metavar="CMD",
        action="append",
        dest="commands",
        help="a command to measure; given twice: the baseline, then the other",
    )
    group.add_argument("--prepare", metavar="CMD", help="a command to run before each run, untimed")
    group.add_argument(
        "--warmup",
        type=read_by(parse_count),
        default=1,
        metavar="N",
        help="untimed runs of each (default: 1)",
    )
    group.add_argument("--shell", action="store_true", help="let a shell read the commands")
