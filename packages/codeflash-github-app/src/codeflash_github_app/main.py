"""The program's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from codeflash_github_app import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--version"], ["-V"]):
        print(f"codeflash-github-app {__version__}")
        return 0
    from codeflash_core.command_line import asks_for_json
    from codeflash_core.door import go_through
    from codeflash_web.bugs import with_its_places

    def command() -> int:
        from importlib import import_module

        from codeflash_github_app.cli.arguments import parse

        options = parse(words)
        return int(import_module(f"codeflash_github_app.cli.{options.command}").run(options))

    return go_through("codeflash-github-app", command, json=lambda: asks_for_json(words), bug=with_its_places)
