"""The words of ``codeflash init-actions``."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser


def add_init_actions(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser(
        "init-actions",
        help="write a GitHub Actions workflow that runs this on pull requests, without a server",
    )
    parser.add_argument(
        "--python",
        metavar="VERSION",
        help="the version of Python, such as 3.12 or '>=3.11 <3.14' (default: what the project names)",
    )
    parser.add_argument("--base", metavar="BRANCH", help="only pull requests into this branch (default: all)")
    parser.add_argument(
        "--budget", metavar="TIME", help="time for one target, such as 90s or 2m (default: 60s)"
    )
    parser.add_argument(
        "--install",
        metavar="COMMAND",
        help="the shell command that installs codeflash there, from a place you trust; wanted",
    )
    parser.add_argument(
        "--comment",
        action="store_true",
        help="also keep one comment on the pull request up to date; its job may write, and runs no code of it",
    )
    parser.add_argument("--force", action="store_true", help="replace a workflow that somebody edited")
    parser.add_argument(
        "--print", action="store_true", dest="show", help="print the workflow and write nothing"
    )
