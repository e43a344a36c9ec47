"""What the pages show, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from attrs import field, frozen

STATES = ("waiting", "running", "done", "failed", "stopped", "superseded")
KINDS = {
    "optimize-pull": "pull request",
    "optimize-asked": "one function",
    "compare-asked": "comparison",
    "report-push": "push",
}
"""What people call a kind of job."""
PAGE = 50
"""Lines of one page."""


@frozen
class RepositoryLine:
    """A repository that the app is installed on.

    Attributes:
        id: GitHub's id.
        name: ``OWNER/REPO``.
        account: Whose installation it is.
        suspended: Whether the installation may do nothing for now.
        added_at: Since when it is known.
        jobs: Jobs that were ordered.
        unfinished: Those of them that wait or run.
    """

    id: int
    name: str
    account: str
    suspended: bool
    added_at: datetime
    jobs: int
    unfinished: int


@frozen
class JobLine:
    """A job in a list.

    Attributes:
        id: Its number.
        kind: Its kind, a key of :data:`KINDS`.
        repository: ``OWNER/REPO``.
        number: The pull request's number, or None.
        head: The commit, or empty.
        state: One of :data:`STATES`.
        created_at: When it was ordered.
        started_at: When it was begun, or None.
        finished_at: When it ended, or None.
        outcome: What came of it, in a word or two.
        attempts: How often it was begun.
    """

    id: int
    kind: str
    repository: str
    number: int | None
    head: str
    state: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str = ""
    attempts: int = 0

    @property
    def kind_told(self) -> str:
        """The kind in words."""
        return KINDS.get(self.kind, self.kind)

    @property
    def seconds(self) -> float | None:
        """How long it took, or None."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.started_at).total_seconds())


@frozen
class JobDetail:
    """One job, whole.

    Attributes:
        line: What a list shows of it.
        message: A sentence for people.
        result: The engine's JSON documents by command; empty when there are none.
        posts: Addresses of what it posted, by kind.
    """

    line: JobLine
    message: str = ""
    result: Mapping[str, Any] = field(factory=dict)
    posts: tuple[tuple[str, str], ...] = ()


@frozen
class Filter:
    """Which jobs are asked for.

    Attributes:
        state: Only those; empty for all.
        kind: Only those; empty for all.
        repository: Only those of this ``OWNER/REPO``; empty for all.
        before: Only those with smaller numbers; 0 for the newest.
    """

    state: str = ""
    kind: str = ""
    repository: str = ""
    before: int = 0


class StatusBook(Protocol):
    """Where the pages read."""

    async def repositories(self, after: str) -> Sequence[RepositoryLine]:
        """Repositories by name, the first :data:`PAGE` and one more behind a name."""
        ...

    async def jobs(self, wanted: Filter) -> Sequence[JobLine]:
        """Jobs, the newest first: :data:`PAGE` of them, and one more where there are more."""
        ...

    async def job(self, number: int) -> JobDetail | None:
        """One job, or None."""
        ...
