"""The words of ``codeflash pr``. Nothing heavy is imported here: ``--help`` is quick."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.units import parse_count


def add_pr(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser(
        "pr", help="open pull requests for recorded changes; nothing is sent without --send"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    opening = _action(
        actions, "open", "propose one change, with its recorded figures, from the fork to upstream"
    )
    opening.add_argument("--branch", metavar="NAME", help="the branch perf/NAME (default: the current one)")
    opening.add_argument(
        "--row", type=read_by(parse_count), metavar="N", help="which recording (default: the branch's latest)"
    )
    opening.add_argument(
        "--why", metavar="TEXT", help="why it is faster (default: what the commit's message says)"
    )
    opening.add_argument(
        "--base", metavar="BRANCH", help="the branch that it is for (default: the default branch)"
    )
    opening.add_argument("--draft", action="store_true", help="open it as a draft")
    opening.add_argument(
        "--anyway",
        action="store_true",
        help="although upstream changed the place, or another pull request does",
    )
    _where(opening, "upstream")
    stack = _action(
        actions, "stack", "merge all kept changes on perf/all, and keep a draft with what they gain together"
    )
    stack.add_argument(
        "--on", metavar="REF", help="what they are stacked on (default: upstream's default branch)"
    )
    stack.add_argument(
        "--base", metavar="BRANCH", help="the branch that the draft is for (default: the default branch)"
    )
    stack.add_argument(
        "--build", action="store_true", help="make the local branch perf/all, to be measured; nothing is sent"
    )
    _where(stack, "fork")


def _action(actions: argparse._SubParsersAction[CommandParser], name: str, text: str) -> CommandParser:
    parser = actions.add_parser(name, help=text)
    parser.add_argument("project", metavar="ORG/PROJECT", help="whose project it is, and its name")
    sending = parser.add_mutually_exclusive_group()
    sending.add_argument("--send", action="store_true", help="push and open it; needs GITHUB_TOKEN")
    sending.add_argument(
        "--dry-run", action="store_true", help="print every request and command of git instead (the default)"
    )
    parser.add_argument("--title", metavar="TEXT", help="its title (default: what was recorded)")
    parser.add_argument("--bench", metavar="FILE.py", help="a program that repeats the measurement")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _where(parser: CommandParser, usual: str) -> None:
    group = parser.add_argument_group("where")
    group.add_argument(
        "--into", choices=("upstream", "fork"), default=usual, help=f"where it is opened (default: {usual})"
    )
    group.add_argument(
        "--upstream", metavar="OWNER/REPO", help="upstream on GitHub (default: as its remote says)"
    )
    group.add_argument(
        "--fork", metavar="OWNER/REPO", help="the fork on GitHub (default: as its remote says)"
    )
    group.add_argument(
        "--checkout", metavar="DIR", help="the project's checkout (default: here, else the setting checkouts)"
    )
