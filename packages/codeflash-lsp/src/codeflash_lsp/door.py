"""The one door: what keeps a request from being answered becomes an error of the protocol, never a stack."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from codeflash_core.door import error_document
from codeflash_core.errors import CodeflashError, ContractViolation, UsageError

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Stopped(CodeflashError):
    """A run came to no answer because it was stopped.

    Attributes:
        by_edit: Whether an edit left it without meaning.
    """

    code = "stopped"

    def __init__(self, message: str, hint: str = "", *, by_edit: bool) -> None:
        super().__init__(message, hint)
        self.by_edit = by_edit


class Overtaken(CodeflashError):
    """The text was edited while the answer was made, which would be about the text before."""

    code = "overtaken"


class NotOpen(UsageError):
    """The editor does not have the document open, or has it no longer."""


class Refusal(JsonRpcException):
    """A request that can't be carried out, as the client is told."""


async def answered(name: str, work: Callable[[], Awaitable[T]], tell: Callable[[CodeflashError], None]) -> T:
    """Answer a request.

    Args:
        name: Its method.
        work: Makes the answer.
        tell: Shows an error to the person at the editor.

    Raises:
        Refusal: It can't be carried out, or a bug of ours was met.
    """
    try:
        return await work()
    except CodeflashError as problem:
        tell(problem)
        raise refusal(problem) from problem
    except Exception as problem:
        bug = named_bug(name, problem)
        tell(bug)
        raise refusal(bug) from problem


def named_bug(name: str, problem: BaseException) -> ContractViolation:
    """A bug of ours as an error for people; its details go to the log."""
    _log.error("a bug of ours in %s", name, exc_info=problem)
    return ContractViolation(
        f"a bug of ours stopped {name}: {type(problem).__name__}: {problem}",
        "The server goes on; its log has the details. No file was changed.",
    )


def refusal(problem: CodeflashError) -> Refusal:
    """An error as the protocol carries it; its document goes along."""
    document = error_document(problem.code, problem.message, problem.hint, problem.where)
    text = "\n".join(part for part in (problem.message, problem.hint) if part)
    return Refusal(message=text, code=_code_of(problem), data=document["error"])


def _code_of(problem: CodeflashError) -> int:
    match problem:
        case Stopped(by_edit=True) | Overtaken():
            return int(types.LSPErrorCodes.ContentModified)
        case Stopped():
            return int(types.LSPErrorCodes.RequestCancelled)
        case ContractViolation():
            return int(types.ErrorCodes.InternalError)
        case UsageError():
            return int(types.ErrorCodes.InvalidParams)
    return int(types.LSPErrorCodes.RequestFailed)


def untold(_: Any) -> None:
    """Nobody is told: the answer of the request is enough."""
