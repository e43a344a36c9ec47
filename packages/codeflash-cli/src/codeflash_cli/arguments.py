"""The command line as :mod:`argparse` sees it. Nothing heavy is imported here: ``--help`` is quick."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from codeflash_cli import __version__
from codeflash_cli.case_arguments import add_case
from codeflash_cli.compare_arguments import add_compare
from codeflash_cli.pr_arguments import add_pr
from codeflash_cli.session_arguments import add_session
from codeflash_cli.vm_arguments import add_vm
from codeflash_cli.workflow_arguments import add_init_actions
from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.units import parse_count

TARGETS = "path.py, path.py::function, path.py::Class.method or a folder"


def parse(words: Sequence[str], options: argparse.Namespace | None = None) -> argparse.Namespace:
    """The options of one command line; ends the process with 0 on ``--help``.

    Args:
        words: The words after the program's name.
        options: Where to write them.

    Raises:
        UsageError: The words can't be read.
    """
    options = options or argparse.Namespace()
    build().parse_args(words, options)
    options.words = list(words)
    return options


def build() -> CommandParser:
    """The parser with all its commands."""
    parser = CommandParser(prog="codeflash", description="Makes Python code faster and proves it.")
    parser.add_argument("-V", "--version", action="version", version=f"codeflash {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _optimize(commands)
    for name, text in (
        ("evaluate", "judge somebody else's candidate: same behaviour, and faster?"),
        ("verify", "the behaviour half of evaluate"),
    ):
        _evaluate(commands, name, text)
    _rank(commands)
    add_compare(commands)
    add_case(commands)
    add_pr(commands)
    _runs(commands)
    _rules(commands)
    add_session(commands)
    add_vm(commands)
    add_init_actions(commands)
    doctor = commands.add_parser(
        "doctor", help="say what this machine and project offer, and what is missing"
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON document")
    doctor.add_argument("--python", metavar="PATH", help="the target's interpreter")
    doctor.add_argument("--sandbox", choices=("auto", "require", "off"), help="how foreign code is confined")
    return parser


def _optimize(commands: argparse._SubParsersAction[CommandParser]) -> None:
    parser = commands.add_parser(
        "optimize", help="find faster versions, prove them, and show or deliver them"
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=TARGETS)
    what = parser.add_argument_group("what to work on")
    what.add_argument(
        "--all", action="store_true", dest="everything", help="everything the workload spends time in"
    )
    what.add_argument("--diff", metavar="REF", help="what changed since a git revision")
    _workload(parser)
    _engine(parser)
    parser.add_argument(
        "--source",
        metavar="NAMES",
        help="candidate sources, by comma: rewrites, service, agent:claude, agent:codex, or recorded:RUN for the answers of an earlier run "
        "(default: rewrites)",
    )
    parser.add_argument(
        "--max-cost", metavar="USD", help="what the requests of the run may cost (default: no limit)"
    )
    parser.add_argument(
        "--max-calls", metavar="N", help="how many requests the run may send (default: no limit)"
    )
    winners = parser.add_argument_group("what to do with winners (default: show them, change nothing)")
    winners.add_argument("--apply", action="store_true", help="write them into the working tree")
    winners.add_argument("--patch", metavar="DIR", help="write a patch file for each")
    winners.add_argument("--fail-if-none", action="store_true", help="exit with 1 when nothing was accepted")
    parser.add_argument(
        "--summary",
        metavar="FILE.md",
        help="write a page of Markdown, as for the summary of a workflow's job",
    )
    parser.add_argument("--resume", metavar="RUN", help="go on with a run that was interrupted")


def _evaluate(commands: argparse._SubParsersAction[CommandParser], name: str, text: str) -> None:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("target", metavar="TARGET", help="path.py::function or path.py::Class.method")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--candidate", metavar="FILE", help="the new text of the target's file")
    given.add_argument(
        "--patch", metavar="FILE", dest="patch_file", help="a unified diff against the project"
    )
    _workload(parser)
    _engine(parser)
    parser.add_argument("--resume", metavar="RUN", help="go on with a run that was interrupted")


def _rank(commands: argparse._SubParsersAction[CommandParser]) -> None:
    parser = commands.add_parser("rank", help="where the time goes, and what a fix could win")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=TARGETS)
    parser.add_argument(
        "--top", type=read_by(parse_count), default=20, metavar="N", help="rows to show (default: 20)"
    )
    _workload(parser)
    _engine(parser)


def _runs(commands: argparse._SubParsersAction[CommandParser]) -> None:
    parser = commands.add_parser("runs", help="list, show, resume or clean recorded runs")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="every run, newest last")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    show = actions.add_parser("show", help="what a run found")
    show.add_argument("run", metavar="RUN", help="a run's name, the beginning of it, or: last")
    show.add_argument("--json", action="store_true", help="print one JSON document")
    show.add_argument("--report", metavar="FILE.html", help="write the HTML report again")
    show.add_argument("--summary", metavar="FILE.md", help="write the page of Markdown again")
    resume = actions.add_parser("resume", help="go on with an interrupted run")
    resume.add_argument("run", metavar="RUN", help="a run's name, the beginning of it, or: last")
    resume.add_argument("--json", action="store_true", help="print one JSON document, as the run itself may")
    clean = actions.add_parser("clean", help="delete recorded runs")
    clean.add_argument("run", metavar="RUN", nargs="*", help="runs to delete")
    clean.add_argument("--all", action="store_true", dest="everything", help="delete all of them")


def _rules(commands: argparse._SubParsersAction[CommandParser]) -> None:
    parser = commands.add_parser("rules", help="list or show the catalogue of rewrites")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="every rule in a line")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    show = actions.add_parser("show", help="what a rule looks for, its traps and examples")
    show.add_argument("rule", metavar="RULE", help="a rule's slug or number")
    show.add_argument("--json", action="store_true", help="print one JSON document")


def _workload(parser: CommandParser) -> None:
    group = parser.add_argument_group(
        "where inputs come from (default: the project's tests that reach the target)"
    )
    group.add_argument("--tests", nargs="+", metavar="PATH", action="extend", help="test files or folders")
    group.add_argument(
        "--workload", metavar="FILE", help="a Python script that uses the code as its users do"
    )
    group.add_argument("--script", metavar="CMD", help="a command, such as 'tools/report.py --fast'")


def _engine(parser: CommandParser) -> None:
    group = parser.add_argument_group("how")
    group.add_argument("--python", metavar="PATH", help="the target's interpreter")
    group.add_argument(
        "--budget", metavar="TIME", help="time for one target, such as 90s or 2m (default: 60s)"
    )
    group.add_argument("--seed", metavar="N", help="seed of all random choices (default: 0)")
    group.add_argument("--sandbox", choices=("auto", "require", "off"), help="how foreign code is confined")
    group.add_argument("--env", metavar="NAME", action="append", help="a variable that foreign code may see")
    group.add_argument(
        "--float-tolerance", metavar="REL", help="relative tolerance for floats (default: exact)"
    )
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="print one JSON document")
    output.add_argument("--report", metavar="FILE.html", help="write a self-contained HTML report")
    output.add_argument("--verbose", action="store_true", help="say more while it runs")
