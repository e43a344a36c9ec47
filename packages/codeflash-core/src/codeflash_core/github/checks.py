"""Check runs: what is shown beside a commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from attrs import frozen

from codeflash_core.errors import ContractViolation
from codeflash_core.github.api import GitHub
from codeflash_core.github.reading import entry
from codeflash_core.github.requests import PER_PAGE
from codeflash_core.github.values import Call

MOST_ANNOTATIONS = 50
"""As many annotations GitHub takes in one request; those of a later one are added, never replaced."""
MOST_TEXT = 65_535
"""Characters that GitHub takes as a summary or a text."""

Conclusion = Literal["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"]
Level = Literal["notice", "warning", "failure"]


@frozen
class Annotation:
    """A remark on lines of a file.

    Attributes:
        path: The file, relative to the repository's top.
        start: First line, from 1.
        end: Last line.
        level: How loud it is.
        title: In a few words.
        message: Plain text: GitHub shows no Markdown here.
    """

    path: str
    start: int
    end: int
    level: Level
    title: str
    message: str


@frozen
class CheckOutput:
    """What a check run shows.

    Attributes:
        title: One line.
        summary: Markdown.
        text: More Markdown, below.
        annotations: Remarks on lines, at most :data:`MOST_ANNOTATIONS`.
    """

    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = ()


@frozen
class CheckRun:
    """A check run.

    Attributes:
        id: Its number.
        name: Its name.
        commit: The commit that it is about.
        external_id: The name that whoever made it gave it.
        status: ``queued``, ``in_progress`` or ``completed``.
        conclusion: How it ended; empty while it has not.
        url: Where people read it.
        app: Id of the app that made it; 0 where that is not told.
        annotations: How many there are.
    """

    id: int
    name: str
    commit: str
    external_id: str
    status: str
    conclusion: str
    url: str
    app: int = 0
    annotations: int = 0


def check_runs_call(repository: str, commit: str, name: str = "") -> Call:
    """Asks for the check runs on a commit, older ones of the same name included; of one name where it is given."""
    named = f"check_name={quote(name, safe='')}&" if name else ""
    query = f"{named}filter=all&per_page={PER_PAGE}"
    return Call("GET", f"/repos/{repository}/commits/{commit}/check-runs?{query}")


def create_check_call(
    repository: str, name: str, commit: str, external_id: str, output: CheckOutput, started: str
) -> Call:
    """Shows a check run that is in progress.

    Args:
        repository: Where.
        name: Its name.
        commit: The commit that it is about.
        external_id: By which it is found again.
        output: What it shows for now.
        started: ISO 8601, UTC.
    """
    body = {
        "name": name,
        "head_sha": commit,
        "external_id": external_id,
        "status": "in_progress",
        "started_at": started,
        "output": _output(output),
    }
    return Call("POST", f"/repos/{repository}/check-runs", body)


def update_check_call(
    repository: str, number: int, output: CheckOutput, conclusion: Conclusion | None = None
) -> Call:
    """Shows how a check run goes on, or how it ended.

    Args:
        repository: Where.
        number: The check run's number.
        output: What it shows.
        conclusion: How it ended; None while it has not.
    """
    ended: Mapping[str, Any] = (
        {"status": "completed", "conclusion": conclusion} if conclusion else {"status": "in_progress"}
    )
    return Call("PATCH", f"/repos/{repository}/check-runs/{number}", {**ended, "output": _output(output)})


def _output(output: CheckOutput) -> dict[str, Any]:
    if len(output.annotations) > MOST_ANNOTATIONS:
        raise ContractViolation(f"{len(output.annotations)} annotations in one request")
    found: dict[str, Any] = {"title": output.title, "summary": output.summary[:MOST_TEXT]}
    if output.text:
        found["text"] = output.text[:MOST_TEXT]
    if output.annotations:
        found["annotations"] = _annotations(output.annotations)
    return found


def _annotations(annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    return [
        {
            "path": each.path,
            "start_line": each.start,
            "end_line": each.end,
            "annotation_level": each.level,
            "title": each.title,
            "message": each.message,
        }
        for each in annotations
    ]


def check_run_of(document: Any) -> CheckRun:
    """A check run.

    Raises:
        ValueError: It is none.
    """
    output = entry(document, "output", dict, {})
    return CheckRun(
        id=entry(document, "id", int),
        name=entry(document, "name", str),
        commit=entry(document, "head_sha", str),
        external_id=entry(document, "external_id", str, ""),
        status=entry(document, "status", str),
        conclusion=entry(document, "conclusion", str, ""),
        url=entry(document, "html_url", str, ""),
        app=entry(entry(document, "app", dict, {}), "id", int, 0),
        annotations=entry(output, "annotations_count", int, 0),
    )


async def check_run(github: GitHub, repository: str, number: int) -> CheckRun:
    """One check run.

    Raises:
        GitHubError: There is no answer, or none that can be used; so of all that follow.
    """
    return await github.one(Call("GET", f"/repos/{repository}/check-runs/{number}"), check_run_of)


async def check_runs(github: GitHub, repository: str, commit: str, name: str = "") -> tuple[CheckRun, ...]:
    """The check runs on a commit, older ones of the same name included; of one name where it is given."""
    return await github.all(check_runs_call(repository, commit, name), check_run_of, "check_runs")


async def send_check(github: GitHub, call: Call) -> CheckRun:
    """Make or change a check run, see the calls above."""
    return await github.one(call, check_run_of)
