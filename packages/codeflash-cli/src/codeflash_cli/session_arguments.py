"""The words of ``codeflash session``. Nothing heavy is imported here: ``--help`` is quick."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser


def add_session(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Add the command to the others."""
    parser = commands.add_parser(
        "session", help="optimize by experiments whose rules are enforced: no profile, no experiment"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    start = _action(actions, "start", "begin a session")
    start.add_argument("--goal", required=True, metavar="TEXT", help="what is wanted, in a sentence")
    start.add_argument(
        "--domain", required=True, metavar="NAME", help="which kind of cost: cpu, memory, async, structure..."
    )
    start.add_argument("--guard", metavar="CMD", help="a command that has to pass on every kept change")
    start.add_argument(
        "--plateau",
        metavar="N:M",
        help="stop after N experiments without a gain, of M techniques (default: 6:3)",
    )
    profile = _action(actions, "profile", "see where the time goes; nothing begins without it")
    _workload(profile, "workload")
    baseline = _action(actions, "baseline", "measure the original, and lock how it is measured")
    baseline.add_argument("--target", required=True, metavar="TARGET", help="path.py::function")
    _workload(baseline, "workload; the profile's where none is named")
    experiment = _action(actions, "experiment", "open an experiment: one change, one reason")
    experiment.add_argument("--target", required=True, metavar="TARGET", help="path.py::function")
    experiment.add_argument(
        "--technique",
        required=True,
        metavar="NAME",
        help="the category of the change, such as data-structure",
    )
    experiment.add_argument("--hypothesis", required=True, metavar="TEXT", help="why it should be faster")
    evaluate = _action(actions, "evaluate", "let the engine judge the change")
    given = evaluate.add_mutually_exclusive_group(required=True)
    given.add_argument("--candidate", metavar="FILE", help="the new text of the target's file")
    given.add_argument(
        "--patch", metavar="FILE", dest="patch_file", help="a unified diff against the project"
    )
    given.add_argument(
        "--from-tree",
        action="store_true",
        help="what changed in the work tree since; it is taken out as a patch",
    )
    _engine(evaluate)
    keep = _action(actions, "keep", "commit the change on a branch perf/... of its own; it has to be proven")
    keep.add_argument(
        "--description", default="", metavar="TEXT", help="the commit's subject, and the branch's name"
    )
    discard = _action(actions, "discard", "give the change up")
    discard.add_argument("--reason", required=True, metavar="TEXT", help="why")
    _action(actions, "status", "where the session stands, and what comes next")
    _action(actions, "log", "all rows of results.tsv")
    learn = _action(actions, "learn", "write down what is worth knowing next time")
    learn.add_argument("text", metavar="TEXT", help="a sentence")
    _action(actions, "finish", "end the session")
    _action(actions, "handoff", "print what a fresh mind needs to go on")


def _action(actions: argparse._SubParsersAction[CommandParser], name: str, text: str) -> CommandParser:
    parser = actions.add_parser(name, help=text)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _workload(parser: CommandParser, title: str) -> None:
    group = parser.add_argument_group(f"{title} (default: the project's tests)")
    group.add_argument("--tests", nargs="+", metavar="PATH", action="extend", help="test files or folders")
    group.add_argument(
        "--workload", metavar="FILE", help="a Python script that uses the code as its users do"
    )
    group.add_argument("--script", metavar="CMD", help="a command, such as 'tools/report.py --fast'")
    _engine(parser)


def _engine(parser: CommandParser) -> None:
    group = parser.add_argument_group("how")
    group.add_argument("--python", metavar="PATH", help="the target's interpreter")
    group.add_argument("--budget", metavar="TIME", help="time for one target, such as 90s or 2m")
    group.add_argument("--seed", metavar="N", help="seed of all random choices")
    group.add_argument("--sandbox", choices=("auto", "require", "off"), help="how foreign code is confined")
    group.add_argument("--env", metavar="NAME", action="append", help="a variable that foreign code may see")
    group.add_argument("--float-tolerance", metavar="REL", help="relative tolerance for floats")
    group.add_argument("--verbose", action="store_true", help="say more while it runs")
