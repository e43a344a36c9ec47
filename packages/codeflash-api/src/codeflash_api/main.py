"""The command's one way in and its one door for errors.

Exit codes: 0 it was done, 2 the request can't be carried out, 3 a bug of ours, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from codeflash_api import __version__


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
    from codeflash_api.cli.arguments import parse

    options = parse(words)
    try:
        code = _run(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody to tell, now or when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _run(options: object) -> int:
    from importlib import import_module

    from codeflash_api.errors import ApiError
    from codeflash_core.errors import CodeflashError

    module = import_module(f"codeflash_api.cli.{options.command}")  # type: ignore[attr-defined]
    try:
        return int(module.run(options))
    except CodeflashError as problem:
        return _refused(problem.message, problem.hint, problem.exit_code)
    except ApiError as problem:
        # Such as: the database can't be reached.
        return _refused(problem.message, "", 2)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as problem:  # noqa: BLE001 - the one door
        return _bug(problem)


def _refused(message: str, hint: str, code: int) -> int:
    print(f"codeflash-api: {message}", file=sys.stderr)
    if hint:
        print(f"  {hint}", file=sys.stderr)
    return code


def _bug(problem: Exception) -> int:
    """Say where it happened; what an exception says may quote a credential."""
    from codeflash_api.observability.redaction import hide_secrets
    from codeflash_api.observability.tracebacks import places

    print(f"codeflash-api: a bug of ours: {type(problem).__name__}", file=sys.stderr)
    print(f"  {hide_secrets(str(problem))}", file=sys.stderr)
    for place in places(problem):
        print(f"    {place}", file=sys.stderr)
    print("  Please report it with these lines.", file=sys.stderr)
    return 3
