"""The program's one way in and its one door for errors.

Exit codes: 0 it ran and the answer is yes, 1 it ran and the answer is no, 2 the request can't be carried out,
3 a bug of ours, 130 interrupted.
"""

from __future__ import annotations

import os
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
    from codeflash_cli.arguments import parse

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

    from codeflash_core.errors import CodeflashError

    name = str(options.command).replace("-", "_")  # type: ignore[attr-defined]
    try:
        return int(import_module(f"codeflash_cli.commands.{name}").run(options))
    except CodeflashError as problem:
        return _refused(problem)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as problem:  # noqa: BLE001 - the one door
        return _bug(problem)


def _refused(problem: object) -> int:
    from codeflash_core.errors import CodeflashError

    assert isinstance(problem, CodeflashError)
    print(f"codeflash: {problem.message}", file=sys.stderr)
    if problem.hint:
        print(f"  {problem.hint}", file=sys.stderr)
    return problem.exit_code


def _bug(problem: Exception) -> int:
    """Say that it is ours to mend, and keep the details in a file."""
    import tempfile
    import traceback
    from pathlib import Path

    details = "".join(traceback.format_exception(problem))
    print(f"codeflash: a bug of ours: {type(problem).__name__}: {problem}", file=sys.stderr)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="codeflash-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(details)
        print(f"  Please report it with {Path(file.name)}; your files are untouched.", file=sys.stderr)
    except OSError:
        print(details, file=sys.stderr)
    return 3
