"""The program's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from codeflash_cli import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--version"], ["-V"]):
        print(f"codeflash {__version__}")
        return 0
    from argparse import Namespace

    from codeflash_cli.bugs import reported
    from codeflash_core.command_line import asks_for_json
    from codeflash_core.door import go_through

    # Filled while the words are read, so that what is asked for is known when they can't be.
    options = Namespace(json=asks_for_json(words))

    def command() -> int:
        from importlib import import_module

        from codeflash_cli.arguments import parse

        parse(words, options)
        return int(import_module(f"codeflash_cli.commands.{options.command.replace('-', '_')}").run(options))

    return go_through("codeflash", command, json=lambda: bool(options.json), bug=reported)
