"""What GitHub's refusals mean for a person, and what to do about each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import gidgethub
from attrs import frozen

from codeflash_core.errors import GitHubError
from codeflash_core.github.values import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN_HINT = "Set GITHUB_TOKEN to a token that is valid and may read the repository and write pull requests."


def refusal(problem: gidgethub.GitHubException, call: Call, where: str) -> GitHubError:
    """The error for people.

    Args:
        problem: As gidgethub read the answer.
        call: What was asked.
        where: The API's address.
    """
    asked = f"{call.method} {call.path.partition('?')[0]}"
    if isinstance(problem, gidgethub.RateLimitExceeded):
        reset = problem.rate_limit.reset_datetime.astimezone(UTC)
        return _limited(asked, _Wait.until(reset), 403)
    status = int(getattr(problem, "status_code", 0)) or None
    told = _told(problem)
    if status in (403, 429) and (wait := _wait(problem)):
        return _limited(asked, wait, status)
    match status:
        case 401:
            return GitHubError(f"GitHub does not know the token ({asked})", TOKEN_HINT, status)
        case 403:
            return GitHubError(f"GitHub does not allow {asked}: {told}", TOKEN_HINT, status)
        case 404:
            hint = (
                "See that the name is right; GitHub also says so of a repository that the token may not see."
            )
            return GitHubError(f"GitHub knows nothing under {asked}", hint, status)
        case 422:
            return GitHubError(f"GitHub can't do {asked}: {told}", "Correct what it names.", status)
        case None:
            return GitHubError(f"{where} answers {asked} with what can't be read", _not_github(where))
    if 300 <= status < 400:
        hint = "It may have been renamed: use its present name."
        return GitHubError(f"GitHub has moved what {asked} asks for", hint, status)
    if status >= 500:
        hint = "Try again later; nothing is done twice."
        message = f"GitHub failed at {asked} with {status}{told and ': ' + told}"
        return GitHubError(message, hint, status, passing=True)
    return GitHubError(f"GitHub answers {asked} with {status}: {told}", "", status)


def unreadable(call: Call, where: str, why: str) -> GitHubError:
    """The error for an answer that is not what GitHub answers.

    Args:
        call: What was asked.
        where: The API's address.
        why: What is wrong with it.
    """
    asked = f"{call.method} {call.path.partition('?')[0]}"
    return GitHubError(f"{where} answers {asked} with what can't be read: {why}", _not_github(where))


@frozen
class _Wait:
    """When to go on after a limit.

    Attributes:
        hint: For people.
        seconds: From now; None where nobody says.
    """

    hint: str
    seconds: float | None = None

    @classmethod
    def until(cls, moment: datetime) -> _Wait:
        left = (moment - datetime.now(UTC)).total_seconds()
        return cls(f"Go on after {_clock(moment)}.", max(left, 0.0) + 1.0)


def _limited(asked: str, wait: _Wait, status: int) -> GitHubError:
    return GitHubError(
        f"GitHub's rate limit is used up ({asked})",
        wait.hint,
        status,
        passing=True,
        retry_after=wait.seconds,
    )


def _wait(problem: gidgethub.GitHubException) -> _Wait | None:
    """When to go on, of a limit that gidgethub does not tell from other refusals; None when it is none."""
    headers: Mapping[str, str] = getattr(problem, "headers", None) or {}
    seconds = headers.get("retry-after", "")
    if seconds.isdigit():
        return _Wait(f"Go on in {seconds} s.", float(seconds))
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
        try:
            return _Wait.until(datetime.fromtimestamp(int(headers["x-ratelimit-reset"]), UTC))
        except (OverflowError, ValueError, OSError):
            return _Wait("Go on in an hour.", 3600.0)
    return _Wait("Go on in a few minutes.") if "rate limit" in str(problem).lower() else None


def _told(problem: gidgethub.GitHubException) -> str:
    """GitHub's own words, in a line of sensible length."""
    text = " ".join(str(each) for each in problem.args if isinstance(each, str)) or str(problem)
    return " ".join(text.split())[:500]


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M UTC on %Y-%m-%d")


def _not_github(where: str) -> str:
    return f"See that {where} is GitHub's API: GITHUB_API_URL."
