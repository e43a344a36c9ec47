"""The one door of a command line: what ends a command becomes a message, an exit code and, where asked for, a document.

Exit codes: 0 it ran and the answer is yes, 1 it ran and the answer is no, 2 the request can't be carried out,
3 a bug of ours, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping

from codeflash_core.errors import CodeflashError, ContractViolation, Place

INTERRUPTED = 130


def go_through(
    program: str,
    command: Callable[[], int],
    *,
    json: Callable[[], bool],
    known: Callable[[Exception], CodeflashError | None] = lambda problem: None,
    bug: Callable[[Exception], ContractViolation],
) -> int:
    """Run a command to its end, whichever that is.

    Args:
        program: Its name, which messages begin with.
        command: What it does; returns the exit code.
        json: Whether one JSON document is wanted on stdout. An error is one too: its text goes to stderr all the same.
        known: Makes an error for people of one that is not ours, or None when it is a bug.
        bug: Makes an error for people of a bug.

    Returns:
        The exit code.
    """
    _encode_anything()
    try:
        code = command()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt as problem:
        if json():
            hint = " ".join(getattr(problem, "__notes__", ()))
            _print_document(error_document("interrupted", "interrupted", hint))
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        return 0
    except CodeflashError as problem:
        return _tell(
            program, bug(problem) if isinstance(problem, ContractViolation) else problem, json=json()
        )
    except Exception as problem:  # noqa: BLE001 - the one door
        return _tell(program, known(problem) or bug(problem), json=json())


def with_its_stack(problem: Exception) -> ContractViolation:
    """A bug as its finder needs it: for programs whose standard error only their own user reads.

    Args:
        problem: What nobody expected.
    """
    import traceback

    details = "".join(traceback.format_exception(problem))
    return ContractViolation(f"a bug of ours: {type(problem).__name__}: {problem}", details)


def error_document(code: str, message: str, hint: str = "", where: Place | None = None) -> dict[str, object]:
    """What an error looks like in JSON.

    Args:
        code: The slug of its kind.
        message: What happened.
        hint: What to do, or an empty string.
        where: The place in a file that is at fault, or None.
    """
    place = where and {"path": where.path, "line": where.line, "column": where.column}
    return {"error": {"code": code, "message": message, "hint": hint, "where": place}}


def print_json(document: Mapping[str, object]) -> None:
    """One JSON document on stdout, in letters that stdout can take."""
    import json

    text = json.dumps(document, indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(document, indent=2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _tell(program: str, problem: CodeflashError, *, json: bool) -> int:
    with contextlib.suppress(OSError):  # nobody may be there to read it
        print(f"{program}: {problem.message}", file=sys.stderr)
        for line in problem.hint.splitlines():
            print(f"  {line}", file=sys.stderr)
    if json:
        _print_document(error_document(problem.code, problem.message, problem.hint, problem.where))
    return problem.exit_code


def _print_document(document: Mapping[str, object]) -> None:
    try:
        print_json(document)
    except OSError:
        _let_go_of_stdout()


def _let_go_of_stdout() -> None:
    """The reader of our output has gone; there is nobody to tell, now or when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _encode_anything() -> None:
    """Letters that the terminal's encoding lacks are written as escapes: no message is worth an error of its own."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
