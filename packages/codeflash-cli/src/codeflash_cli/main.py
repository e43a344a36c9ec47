"""The program's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeflash_cli import __version__

if TYPE_CHECKING:
    from codeflash_core.errors import ContractViolation


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

    from codeflash_core.command_line import asks_for_json
    from codeflash_core.door import go_through

    # Filled while the words are read, so that what is asked for is known when they can't be.
    options = Namespace(json=asks_for_json(words))

    def command() -> int:
        from importlib import import_module

        from codeflash_cli.arguments import parse

        parse(words, options)
        return int(import_module(f"codeflash_cli.commands.{options.command}").run(options))

    return go_through("codeflash", command, json=lambda: bool(options.json), bug=_bug)


def _bug(problem: Exception) -> ContractViolation:
    """Say that it is ours to mend, and keep the details in a file."""
    import tempfile
    import traceback

    from codeflash_core.errors import ContractViolation

    details = "".join(traceback.format_exception(problem))
    known = isinstance(problem, ContractViolation)
    message = problem.message if isinstance(problem, ContractViolation) else str(problem)
    told = f"a bug of ours: {'' if known else type(problem).__name__ + ': '}{message}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="codeflash-bug-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(details)
    except OSError:
        return ContractViolation(told, details)
    return ContractViolation(told, f"Please report it with {file.name}; your files are untouched.")
