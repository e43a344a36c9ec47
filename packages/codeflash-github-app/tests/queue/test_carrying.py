from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from codeflash_core.errors import GitHubError, StageError
from codeflash_github_app.jobs.host import Ended
from codeflash_github_app.orders import Stop
from codeflash_github_app.posts.publisher import Posted
from codeflash_github_app.queue.backoff import MOST_TRIES
from codeflash_github_app.queue.carrying import carry_out
from codeflash_github_app.queue.handling import handle
from codeflash_postgres.errors import DatabaseAway

Pull = Callable[..., Any]


async def waiting(bench: Any, pull: Pull) -> int:
    await handle(bench.house, await bench.delivered(pull()))
    return int((await bench.jobs())[-1]["id"])


async def only(bench: Any) -> Any:
    (job,) = await bench.jobs()
    return job


async def test_a_job_is_carried_out_with_its_books_and_ends(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        job = await host.jobs.find(number)
        assert job.open
        assert job.order == pull()
        assert await host.jobs.find(number + 1) is None
        assert await host.jobs.asked_to_end(number) is None
        book = host.posts(job.order.repository, number)
        await book.intend(Posted("check:x", "check", "a" * 40))
        await book.keep(Posted("check:x", "check", "a" * 40, 99, "https://x"))
        assert (await book.find("check:x")).there
        await host.jobs.finish(number, Ended("done", "success", "Well.", {"optimize": {"run": "x"}}))

    number = await waiting(bench, pull)
    working = bench.doing(act)
    await carry_out(working.house, number)
    job = await only(bench)
    assert (job["state"], job["outcome"], job["message"]) == ("done", "success", "Well.")
    assert job["result"] == {"optimize": {"run": "x"}}
    await carry_out(working.house, number)
    assert len(bench.ran) == 1


async def test_the_host_is_the_one_of_the_settings(bench: Any, pull: Pull) -> None:
    hosts = []

    async def act(number: int, host: Any) -> None:
        hosts.append(host)

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    (host,) = hosts
    assert (host.app, host.bot, host.limits.function_seconds) == (29310, "codeflash[bot]", 300.0)
    assert (await only(bench))["state"] == "done"


async def test_a_job_that_cannot_be_done_has_failed_with_the_reason(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        raise StageError("engine", "it does not parse")

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    job = await only(bench)
    assert (job["state"], job["message"]) == ("failed", "it does not parse")


async def test_a_bug_is_told_without_what_it_quotes(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        raise RuntimeError("canary")

    with capture_logs():
        await carry_out(bench.doing(act).house, await waiting(bench, pull))
    job = await only(bench)
    assert (job["state"], job["message"]) == (
        "failed",
        "A bug of ours: RuntimeError. The log says where.",
    )


async def test_a_job_waits_while_github_does_not_answer(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        raise GitHubError("a limit", passing=True, retry_after=77)

    number = await waiting(bench, pull)
    with pytest.raises(GitHubError) as told:
        await carry_out(bench.doing(act).house, number)
    assert told.value.retry_after == 77
    job = await only(bench)
    assert (job["state"], job["attempts"]) == ("waiting", 0)
    assert "a limit" in job["message"]
    await carry_out(bench.doing(act).house, number, tries=MOST_TRIES)
    assert (await only(bench))["state"] == "failed"


async def test_a_job_that_github_refuses_has_failed(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        raise GitHubError("gone", status=404)

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    assert (await only(bench))["state"] == "failed"


async def test_a_worker_that_ends_gives_its_job_back_after_it_cleaned_up(bench: Any, pull: Pull) -> None:
    said = []
    begun = asyncio.Event()

    async def act(number: int, host: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            said.append("cleaned up")

    task = asyncio.create_task(carry_out(bench.doing(act).house, await waiting(bench, pull)))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert said == ["cleaned up"]
    job = await only(bench)
    assert (job["state"], job["attempts"], job["message"]) == ("waiting", 0, "The worker ended.")


async def test_a_job_that_shall_end_hears_of_it_and_says_how(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
        assert await host.jobs.asked_to_end(number) == "stopped"
        await host.jobs.finish(number, Ended("stopped", message="It was stopped"))

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    assert (await only(bench))["state"] == "stopped"


async def test_a_job_that_is_wanted_again_while_it_ends_waits_again(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        await handle(bench.house, await bench.delivered(pull(head="b")))
        assert await host.jobs.asked_to_end(number) == "superseded"
        await handle(bench.house, await bench.delivered(pull(head="a")))
        await host.jobs.finish(number, Ended("superseded"))

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    assert [job["state"] for job in await bench.jobs()] == ["waiting", "superseded"]
    assert ("run_job", "todo") in await bench.entries()


async def test_a_job_that_does_not_hear_is_ended_in_the_end(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
        await asyncio.Event().wait()

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    assert (await only(bench))["state"] == "stopped"


async def test_a_job_that_was_lost_is_ended_and_changes_nothing(bench: Any, pull: Pull) -> None:
    from sqlalchemy import text

    ended = []

    async def act(number: int, host: Any) -> None:
        async with bench.database.single() as connection:
            await connection.execute(text("update jobs set worker = gen_random_uuid()"))
        assert not (await host.jobs.find(number)).open
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    await carry_out(bench.doing(act).house, await waiting(bench, pull))
    assert ended
    assert (await only(bench))["state"] == "running"


async def test_without_a_database_the_job_is_taken_up_again(bench: Any, pull: Pull) -> None:
    async def act(number: int, host: Any) -> None:
        raise DatabaseAway("away", 2.0)

    with pytest.raises(DatabaseAway):
        await carry_out(bench.doing(act).house, await waiting(bench, pull))
    assert (await only(bench))["state"] == "waiting"
