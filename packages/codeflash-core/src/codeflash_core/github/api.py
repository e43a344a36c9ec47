"""A client of GitHub's API: one method per question, values in and out, one kind of error."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from codeflash_core.errors import GitHubError, PrerequisiteError
from codeflash_core.github import requests
from codeflash_core.github.access import Access
from codeflash_core.github.reading import file_of, pull_request_of, repository_of
from codeflash_core.github.values import Call, ChangedFile, NewPullRequest, PullRequest, RepositoryFacts

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
V = TypeVar("V")
MOST_ITEMS = 3000
"""Longest list that is read; GitHub gives no more files of a pull request."""


class GitHub:
    """Speaks to one API; use it in ``async with``. Nothing is tried twice."""

    def __init__(
        self,
        access: Access,
        listener: Callable[[Call], None] = lambda call: None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            access: The API and the token.
            listener: Is told of each request before it is sent.
            transport: How requests travel, for tests.

        Raises:
            PrerequisiteError: A library is not installed.
        """
        try:
            import httpx2

            from codeflash_core.github.wire import Wire
        except ImportError as problem:
            raise PrerequisiteError(
                f"GitHub's client needs {problem.name}", f"Install it: pip install {problem.name}"
            ) from problem
        self._access, self._http = access, httpx2
        self._wire = Wire(access, listener, transport)

    async def __aenter__(self) -> Self:
        await self._wire.client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.client.__aexit__(kind, error, trace)

    async def repository(self, name: str) -> RepositoryFacts:
        """What a repository is.

        Raises:
            GitHubError: There is no answer, or none that can be used; so of all that follow.
        """
        return await self.one(requests.repository_call(name), repository_of)

    async def pull(self, repository: str, number: int) -> PullRequest:
        """One pull request."""
        return await self.one(requests.pull_call(repository, number), pull_request_of)

    async def open_pulls(self, repository: str) -> tuple[PullRequest, ...]:
        """The open pull requests, those first that were changed last."""
        return await self.all(requests.open_pulls_call(repository), pull_request_of)

    async def pull_of_head(
        self, repository: str, head: str, base: str, state: str = "open"
    ) -> PullRequest | None:
        """The pull request of a branch for another one, the newest of several; None when there is none.

        Args:
            repository: Where it is.
            head: ``owner:branch``.
            base: The branch that it is for: one branch may be proposed for several.
            state: ``open``, ``closed`` or ``all``.
        """
        found = await self.all(requests.pulls_of_head_call(repository, head, state), pull_request_of)
        # GitHub passes over a filter that it can't read, and then lists everything.
        return next(
            (each for each in found if each.head.casefold() == head.casefold() and each.base == base), None
        )

    async def files(self, repository: str, number: int) -> tuple[ChangedFile, ...]:
        """The files that a pull request changes."""
        return await self.all(requests.files_call(repository, number), file_of)

    async def create(self, new: NewPullRequest) -> PullRequest:
        """Open a pull request."""
        return await self.one(requests.create_call(new), pull_request_of)

    async def update(self, repository: str, number: int, title: str, body: str) -> PullRequest:
        """Write a pull request's title and text anew."""
        return await self.one(requests.update_call(repository, number, title, body), pull_request_of)

    async def one(self, call: Call, read: Callable[[Any], T]) -> T:
        """Ask for one thing.

        Args:
            call: The request.
            read: Makes a value of the answer; None where there is nothing in it.

        Raises:
            GitHubError: There is no answer, or none that can be used.
        """

        async def ask() -> T:
            match call.method:
                case "POST":
                    return read(await self._wire.post(call.path, data=call.body))
                case "PATCH":
                    return read(await self._wire.patch(call.path, data=call.body))
                case _:
                    return read(await self._wire.getitem(call.path))

        return await self._asked(call, ask())

    async def all(self, call: Call, read: Callable[[Any], T], key: str = "items") -> tuple[T, ...]:
        """Ask for a list, page by page.

        Args:
            call: The request for the first page.
            read: Makes a value of each entry.
            key: Where the entries stand in a page that is no list.

        Raises:
            GitHubError: There is no answer, or none that can be used.
        """

        async def ask() -> tuple[T, ...]:
            found: list[T] = []
            async for each in self._wire.getiter(call.path, iterable_key=key):
                found.append(read(each))
                if len(found) >= MOST_ITEMS:
                    break
            return tuple(found)

        return await self._asked(call, ask())

    async def _asked(self, call: Call, work: Coroutine[Any, Any, V]) -> V:
        """Await an answer; whatever ends it otherwise becomes an error for people, without the token in it."""
        import gidgethub

        from codeflash_core.github.refusals import refusal, unreadable

        where = self._access.url
        try:
            return await work
        except gidgethub.GitHubException as problem:
            raise self._without_token(refusal(problem, call, where)) from None
        except (TimeoutError, self._http.TimeoutException):
            raise _unanswered(f"{where} gave no answer in time") from None
        except self._http.ConnectError:
            raise _unanswered(f"{where} can't be reached", "See that this machine has a network.") from None
        except self._http.HTTPError as problem:
            raise _unanswered(f"{where} broke the connection off: {type(problem).__name__}") from None
        except (ValueError, KeyError, TypeError, AttributeError, LookupError, RecursionError) as problem:
            raise self._without_token(
                unreadable(call, where, f"{type(problem).__name__}: {problem}"[:200])
            ) from None

    def _without_token(self, problem: GitHubError) -> GitHubError:
        message, hint = (
            each.replace(self._access.token, "<token>") for each in (problem.message, problem.hint)
        )
        return GitHubError(
            message, hint, problem.status, passing=problem.passing, retry_after=problem.retry_after
        )


def _unanswered(message: str, hint: str = "Try again later.") -> GitHubError:
    return GitHubError(message, hint, passing=True)
