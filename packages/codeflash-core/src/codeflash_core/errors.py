"""Every error that a person can meet, each with what happened and what to do."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Where in a file an error was met.

    Attributes:
        path: The file, as the reader knows it.
        line: From 1, or None where it is the file as a whole.
        column: In characters from 1, or None where it is the line as a whole.
    """

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self if part is not None)


class CodeflashError(Exception):
    """An error with a message for people and a hint on what to do.

    Attributes:
        code: A stable slug that names the kind of error.
        exit_code: What a command line door exits with.
        where: The place in a file that is at fault, or None.
    """

    code = "error"
    exit_code = 2

    def __init__(self, message: str, hint: str = "", where: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(CodeflashError):
    """The request cannot be carried out as it was worded: bad option, no such target, bad settings."""

    code = "usage"


class IllegalStep(UsageError):
    """An experiment session does not allow this step now: it would skip evidence, or lose some."""

    code = "illegal-step"

    def __init__(self, message: str, instead: str) -> None:
        super().__init__(message, instead)

    @property
    def instead(self) -> str:
        """What to do instead."""
        return self.hint


class PrerequisiteError(CodeflashError):
    """Something outside is missing: a tool, an interpreter, a package, a permission."""

    code = "prerequisite"


class StageError(CodeflashError):
    """A stage of the pipeline could not do its work on this project.

    Attributes:
        stage: The stage's name, such as ``observe``.
    """

    code = "stage"

    def __init__(self, stage: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.stage = stage


class DeliveryError(CodeflashError):
    """An accepted change could not be delivered; nothing was changed."""

    code = "delivery"


class ServiceError(CodeflashError):
    """The AI service can't be reached, refuses, or answers what can't be read.

    Attributes:
        status: The HTTP status, or None where there was no answer.
        retry_after: Seconds that the service asked to wait, or None.
        money: What the request cost in US dollars; None where nobody told it.
        calls: Requests that it took; an agent makes several.
    """

    code = "service"

    def __init__(
        self, message: str, hint: str = "", status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.retry_after = retry_after
        self.money: float | None = None
        self.calls = 1

    @property
    def concerns_request(self) -> bool:
        """Whether it is this one request that can't be served, so that others may be."""
        return self.status in (200, 413, 422, 501, 502)


class AgentError(ServiceError):
    """A coding agent failed, was stopped, or brought nothing that can be a candidate.

    Attributes:
        passing: Whether it may do better on another target: not when its key or its model is refused.
        money: What it cost all the same in US dollars; None where nobody told it.
        calls: Requests to its model that it made all the same.
    """

    code = "agent"

    def __init__(
        self, message: str, *, passing: bool = True, money: float | None = None, calls: int = 1
    ) -> None:
        super().__init__(message)
        self.passing = passing
        self.money = money
        self.calls = calls

    @property
    def concerns_request(self) -> bool:
        """Whether it is this one request that can't be served, so that others may be."""
        return self.passing


class GitHubError(CodeflashError):
    """GitHub can't be reached, refuses, or answers what can't be read.

    Attributes:
        status: The HTTP status, or None where there was no answer.
        passing: Whether the same request may be answered later: a limit, a failure of GitHub's, no answer in time. Of a
            request that changes something it is not known whether it did.
        retry_after: Seconds after which a limit is over; None where nobody says.
    """

    code = "github"

    def __init__(
        self,
        message: str,
        hint: str = "",
        status: int | None = None,
        *,
        passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.passing = passing
        self.retry_after = retry_after


class ContractViolation(CodeflashError):
    """A bug of ours: a promise between two parts of the program was broken."""

    code = "bug"
    exit_code = 3
