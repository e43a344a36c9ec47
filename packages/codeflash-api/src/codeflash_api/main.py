"""The command's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeflash_api import __version__

if TYPE_CHECKING:
    from codeflash_core.errors import CodeflashError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--version"], ["-V"]):
        print(f"codeflash-api {__version__}")
        return 0
    from codeflash_core.command_line import asks_for_json
    from codeflash_core.door import go_through
    from codeflash_web.bugs import with_its_places

    def command() -> int:
        from importlib import import_module

        from codeflash_api.cli.arguments import parse

        options = parse(words)
        return int(import_module(f"codeflash_api.cli.{options.command}").run(options))

    return go_through(
        "codeflash-api", command, json=lambda: asks_for_json(words), known=_known, bug=with_its_places
    )


def _known(problem: Exception) -> CodeflashError | None:
    """What a client of the service would be told, such as: the database can't be reached."""
    from codeflash_api.errors import ApiError
    from codeflash_core.errors import PrerequisiteError

    return PrerequisiteError(problem.message) if isinstance(problem, ApiError) else None
