"""``codeflash-evals``: the program's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import cast

from codeflash_core.command_line import CommandParser, asks_for_json
from codeflash_evals.commands import Command

COMMANDS = ("run", "list", "show", "compare", "check", "check-templates", "ablate")
"""Each is a module of :mod:`codeflash_evals.commands` with HELP, ``options(parser)`` and ``run(options)``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit code.
    """
    from codeflash_cli.bugs import reported
    from codeflash_core.door import go_through

    words = list(sys.argv[1:] if arguments is None else arguments)

    def command() -> int:
        options = build().parse_args(words)
        return int(_module(options.command).run(options))

    return go_through("codeflash-evals", command, json=lambda: asks_for_json(words), bug=reported)


def build() -> CommandParser:
    """The parser with all its commands."""
    from codeflash_cli import __version__

    parser = CommandParser(
        prog="codeflash-evals", description="Measures the whole system on templates and real packages."
    )
    parser.add_argument("-V", "--version", action="version", version=f"codeflash-evals {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in COMMANDS:
        module = _module(name)
        module.options(commands.add_parser(name, help=module.HELP, description=module.HELP))
    return parser


def entry() -> None:
    """The program."""
    raise SystemExit(main())


def _module(name: str) -> Command:
    return cast(Command, import_module(f"codeflash_evals.commands.{name.replace('-', '_')}"))
