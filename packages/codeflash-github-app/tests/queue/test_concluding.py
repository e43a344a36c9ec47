from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import text
from structlog.testing import capture_logs

from codeflash_core.errors import GitHubError
from codeflash_core.github.checks import CheckRun
from codeflash_github_app.db.checks import LeftCheck
from codeflash_github_app.db.ordering import sweep
from codeflash_github_app.jobs.host import Ended
from codeflash_github_app.orders import Installed, Repository, Stop
from codeflash_github_app.posts.publisher import Posted
from codeflash_github_app.queue import concluding
from codeflash_github_app.queue.carrying import carry_out
from codeflash_github_app.queue.concluding import conclude_left, verdict_of
from codeflash_github_app.queue.handling import handle
from codeflash_postgres.database import Database

Pull = Callable[..., Any]
KEY = "check:pull-3-" + "a" * 40
LEFT = LeftCheck(1, Repository(7, 11, "acme/11", "main"), KEY, "a" * 40, 9, "stopped", "")


class Shown:
    """The check runs that GitHub has."""

    def __init__(self) -> None:
        self.runs: dict[int, CheckRun] = {}
        self.problem: GitHubError | None = None
        self.asked = 0

    def add(self, number: int, external_id: str = KEY.replace("check:", "codeflash:")) -> None:
        self.runs[number] = CheckRun(number, "codeflash", "a" * 40, external_id, "in_progress", "", "", 29310)

    def _answering(self) -> None:
        self.asked += 1
        if self.problem is not None:
            raise self.problem

    async def one(self, github: Any, repository: str, number: int) -> CheckRun:
        self._answering()
        return self.runs[number]

    async def of_commit(self, github: Any, repository: str, commit: str) -> tuple[CheckRun, ...]:
        self._answering()
        return tuple(each for each in self.runs.values() if each.commit == commit)

    async def send(self, github: Any, call: Any) -> CheckRun:
        number = int(call.path.rpartition("/")[2])
        told = call.body
        changed = evolve(self.runs[number], status=told["status"], conclusion=told["conclusion"])
        self.runs[number] = changed
        return changed

    @property
    def ends(self) -> dict[int, str]:
        return {number: each.conclusion for number, each in self.runs.items()}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    made = Shown()
    monkeypatch.setattr(concluding.github_checks, "check_run", made.one)
    monkeypatch.setattr(concluding.github_checks, "check_runs", made.of_commit)
    monkeypatch.setattr(concluding.github_checks, "send_check", made.send)
    return made


async def left_in_progress(bench: Any, pull: Pull, shown: Shown, number: int = 9) -> int:
    """A job that has shown a check run, and was given back because GitHub went away."""

    async def act(job_id: int, host: Any) -> None:
        book = host.posts(pull().repository, job_id)
        await book.intend(Posted(KEY, "check", "a" * 40))
        shown.add(number)
        if number != 8:  # of number 8, the answer was lost
            await book.keep(Posted(KEY, "check", "a" * 40, number, "https://x"))
        raise GitHubError("a limit", passing=True)

    await handle(bench.house, await bench.delivered(pull()))
    job_id = int((await bench.jobs())[-1]["id"])
    with pytest.raises(GitHubError):
        await carry_out(bench.doing(act).house, job_id)
    return job_id


async def later(database: Database) -> None:
    """As if a minute had passed since jobs ended."""
    async with database.single() as connection:
        await connection.execute(text("update jobs set finished_at = finished_at - interval '1 minute'"))


async def unconcluded(database: Database) -> int:
    async with database.single() as connection:
        statement = text("select count(*) from posts where concluded_at is null")
        return int(await connection.scalar(statement) or 0)


@pytest.mark.parametrize("number", [9, 8], ids=["known", "the answer lost"])
async def test_a_check_run_whose_waiting_job_is_stopped_comes_to_an_end(
    bench: Any, pull: Pull, shown: Shown, number: int
) -> None:
    await left_in_progress(bench, pull, shown, number)
    await conclude_left(bench.house)
    assert shown.ends == {number: ""}
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
    await later(bench.database)
    await conclude_left(bench.house)
    assert shown.ends == {number: "skipped"}
    asked = shown.asked
    await conclude_left(bench.house)
    assert shown.asked == asked


async def test_a_check_run_of_a_job_that_was_begun_too_often_comes_to_an_end(
    bench: Any, pull: Pull, shown: Shown
) -> None:
    await left_in_progress(bench, pull, shown)
    async with bench.database.single() as connection:
        await connection.execute(text("update jobs set attempts = 1000"))
    await sweep(bench.database, 60.0)
    await later(bench.database)
    await conclude_left(bench.house)
    assert shown.ends == {9: "neutral"}


async def test_what_the_job_concluded_itself_is_not_asked_for(bench: Any, pull: Pull, shown: Shown) -> None:
    job_id = await left_in_progress(bench, pull, shown)

    async def act(number: int, host: Any) -> None:
        await host.jobs.finish(number, Ended("done", "success", "Well."))

    await carry_out(bench.doing(act).house, job_id)
    await later(bench.database)
    asked = shown.asked
    await conclude_left(bench.house)
    assert shown.asked == asked
    assert await unconcluded(bench.database) == 0


async def test_what_shows_an_end_already_is_left_as_it_is(bench: Any, pull: Pull, shown: Shown) -> None:
    await left_in_progress(bench, pull, shown)
    shown.runs[9] = evolve(shown.runs[9], status="completed", conclusion="success")
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
    await later(bench.database)
    await conclude_left(bench.house)
    assert shown.ends == {9: "success"}
    assert await unconcluded(bench.database) == 0


@pytest.mark.parametrize(("passing", "open_"), [(True, 1), (False, 0)])
async def test_github_is_asked_again_while_it_is_away_and_not_when_it_refuses(
    bench: Any, pull: Pull, shown: Shown, passing: bool, open_: int
) -> None:
    await left_in_progress(bench, pull, shown)
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
    await later(bench.database)
    shown.problem = GitHubError("away", passing=passing)
    if passing:
        with pytest.raises(GitHubError):
            await conclude_left(bench.house)
    else:
        with capture_logs():
            await conclude_left(bench.house)
    assert await unconcluded(bench.database) == open_
    shown.problem = None
    await conclude_left(bench.house)
    assert shown.ends == {9: "skipped" if passing else ""}


async def test_where_the_app_may_not_work_nothing_is_asked(bench: Any, pull: Pull, shown: Shown) -> None:
    await left_in_progress(bench, pull, shown)
    await handle(bench.house, await bench.delivered(Installed(7, "acme", suspended=True)))
    await later(bench.database)
    await conclude_left(bench.house)
    assert shown.asked == 0
    assert await unconcluded(bench.database) == 1


async def test_a_job_that_is_taken_up_again_shows_another_check_run(
    bench: Any, pull: Pull, shown: Shown
) -> None:
    job_id = await left_in_progress(bench, pull, shown)
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
    await later(bench.database)
    await conclude_left(bench.house)
    await handle(bench.house, await bench.delivered(pull()))
    found = []

    async def act(number: int, host: Any) -> None:
        found.append(await host.posts(pull().repository, number).find(KEY))

    await carry_out(bench.doing(act).house, job_id)
    assert found == [None]


async def test_the_worker_concludes_by_itself(bench: Any, pull: Pull, shown: Shown) -> None:
    await left_in_progress(bench, pull, shown)
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
    await later(bench.database)

    async def ended() -> bool:
        return shown.ends == {9: "skipped"}

    async with bench.working():
        await bench.until(ended)


@pytest.mark.parametrize(
    ("state", "message", "conclusion", "title"),
    [
        ("stopped", "", "skipped", "It was stopped"),
        ("superseded", "", "skipped", "A newer commit took its place"),
        ("failed", "It was begun 25 times.", "neutral", "Not measured: It was begun 25 times."),
        ("done", "", "neutral", "Not measured: the job ended without a word"),
    ],
)
def test_what_it_shows_blames_nobody(state: str, message: str, conclusion: str, title: str) -> None:
    verdict = verdict_of(evolve(LEFT, state=state, message=message))
    assert (verdict.conclusion, verdict.output.title) == (conclusion, title)
