"""Formats a change with the project's own formatter; every failure leaves the text as it is, with a note."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from attrs import frozen

from codeflash_python.formatting.choice import choose_formatter
from codeflash_python.formatting.merging import merge, same_program

SECONDS = 15.0
LARGEST = 4 << 20


@frozen
class Formatted:
    """A change in the project's style.

    Attributes:
        text: The file.
        note: Why the formatter was not applied, or an empty string.
    """

    text: str
    note: str = ""


class FormatterFailed(Exception):
    """The formatter did not format."""


Runner = Callable[[Sequence[str], str, Path], Awaitable[str]]
"""Runs a command on a text as standard input in a folder, and gives standard output."""


async def run_formatter(command: Sequence[str], text: str, folder: Path) -> str:
    """Run a formatter as a child process without a shell; nothing is written to the folder.

    Raises:
        FormatterFailed: It is missing, fails, or takes too long.
    """
    environment = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env=environment,
        )
    except OSError as problem:
        raise FormatterFailed(f"it can't be started: {problem.strerror}") from problem
    try:
        async with asyncio.timeout(SECONDS):
            output, errors = await process.communicate(text.encode("utf-8"))
    except TimeoutError:
        raise FormatterFailed(f"it takes more than {SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        raise FormatterFailed(lines[-1][:200] if lines else f"exit code {process.returncode}")
    if len(output) > LARGEST:
        raise FormatterFailed("its output is too large")
    return output.decode("utf-8", "replace")


async def format_changed_lines(
    root: Path,
    interpreter: Path,
    path: str,
    original: str,
    changed: str,
    *,
    wanted: Sequence[str] = (),
    run: Runner = run_formatter,
) -> Formatted:
    """The changed text, formatted where it was changed.

    Args:
        root: The project's root.
        interpreter: The program that runs the project's code; its formatters stand beside it.
        path: The file's path relative to the root.
        original: The file before the change.
        changed: The file with the change.
        wanted: The formatter that was set, see :func:`choose_formatter`.
        run: Runs the formatter.

    Returns:
        The text: unchanged lines are never touched, and the program stays the same program. Without a
        formatter in the project's configuration it is the changed text.
    """
    formatter = choose_formatter(root, interpreter, wanted)
    if formatter is None or original == changed or not path.endswith((".py", ".pyi")):
        return Formatted(changed)
    command = formatter.command(path)
    try:
        # A settings file alone may serve the linter: the file itself tells whether it is formatted.
        if not formatter.certain and await run(command, original, root) != original:
            return Formatted(changed)
        merged = merge(original, changed, await run(command, changed, root))
    except (FormatterFailed, UnicodeError) as problem:
        return Formatted(changed, f"not formatted with {formatter.name}: {problem}")
    if not same_program(changed, merged):
        return Formatted(changed, f"not formatted with {formatter.name}: its edits reach beyond the change")
    return Formatted(merged)
