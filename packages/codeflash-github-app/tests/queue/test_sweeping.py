from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from procrastinate.jobs import Status
from sqlalchemy import text

from codeflash_github_app.queue import sweeping
from codeflash_github_app.queue.handling import handle
from codeflash_github_app.queue.sweeping import sweep, tidy

Pull = Callable[..., Any]
OLD = "update queue.procrastinate_events set at = at - interval '1 hour'"
QUIET = (
    "update jobs set created_at = created_at - interval '1 hour', heartbeat_at = heartbeat_at - interval '1 hour', "
    "finished_at = finished_at - interval '1 hour'"
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the log of what was found."""
    monkeypatch.setattr(sweeping._log, "warning", lambda *told, **more: None, raising=False)


async def begun(bench: Any, queue: str) -> int:
    """An entry that a living worker has taken."""
    manager = bench.house.queue.app.job_manager
    entry = await manager.fetch_job(queues=[queue], worker_id=await manager.register_worker())
    return int(entry.id)


async def do(bench: Any, *statements: str) -> None:
    async with bench.database.single() as connection:
        for each in statements:
            await connection.execute(text(each))


@pytest.mark.parametrize("state", ["waiting", "done"])
async def test_an_entry_whose_end_was_never_told_blocks_its_repository_no_more(
    bench: Any, pull: Pull, state: str
) -> None:
    await handle(bench.house, await bench.delivered(pull()))
    await begun(bench, "jobs")
    await do(bench, f"update jobs set state = '{state}', finished_at = now()", OLD, QUIET)
    await sweep(bench.house)
    assert await bench.entries() == ([("run_job", "todo")] if state == "waiting" else [])


async def test_an_entry_whose_job_is_gone_is_taken_out(bench: Any, pull: Pull) -> None:
    await handle(bench.house, await bench.delivered(pull()))
    await begun(bench, "jobs")
    await do(bench, "delete from jobs", OLD)
    await sweep(bench.house)
    assert await bench.entries() == []


@pytest.mark.parametrize(
    "change",
    [
        "update jobs set state = 'running', heartbeat_at = now()",
        "update jobs set state = 'done', finished_at = now(), heartbeat_at = now() - interval '1 hour'",
        "update queue.procrastinate_events set at = now()",
    ],
    ids=["its job shows signs of life", "its job has just ended", "it was just begun"],
)
async def test_an_entry_that_somebody_works_on_is_left_alone(bench: Any, pull: Pull, change: str) -> None:
    await handle(bench.house, await bench.delivered(pull()))
    await begun(bench, "jobs")
    await do(bench, OLD, QUIET, change)
    await sweep(bench.house)
    assert ("run_job", "doing") in await bench.entries()


async def test_a_delivery_whose_end_was_never_told_blocks_its_repository_no_more(
    bench: Any, pull: Pull
) -> None:
    handled = await bench.delivered(pull())
    await bench.house.queue.deliver(handled, 11)
    await begun(bench, "inbox")
    await handle(bench.house, handled)
    await do(bench, OLD)
    await sweep(bench.house)
    # It was handled this moment: its worker is about to say so.
    assert ("handle_delivery", "doing") in await bench.entries()
    await do(bench, "update deliveries set handled_at = handled_at - interval '1 hour'")
    await sweep(bench.house)
    assert await bench.entries() == [("run_job", "todo")]


async def test_a_worker_goes_on_when_the_queue_does_not_hear_of_an_end(
    bench: Any, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = type(bench.house.queue.app.job_manager)
    finish, lost = manager.finish_job, []

    async def unheard(self: Any, job: Any, status: Status, delete_job: bool) -> None:
        if job.task_name == "run_job" and not lost:
            lost.append(job.id)
            return
        await finish(self, job, status, delete_job)

    monkeypatch.setattr(manager, "finish_job", unheard)
    async with bench.working():
        await bench.house.queue.deliver(await bench.delivered(pull(1)), 11)
        await bench.until_state("done")
        await bench.house.queue.deliver(await bench.delivered(pull(2)), 11)
        await bench.until_state("done", "done")
    assert lost


async def test_what_ended_long_ago_is_forgotten_by_the_hour(bench: Any, pull: Pull) -> None:
    for number in (1, 2, 3):
        await handle(bench.house, await bench.delivered(pull(number)))
    for number, days in ((1, 60), (2, 200)):
        await do(
            bench,
            f"update jobs set state = 'done', result = '{{}}', finished_at = now() - interval '{days} days' "
            f"where number = {number}",
        )
    await tidy(bench.house)
    assert [(job["number"], job["state"], job["result"]) for job in await bench.jobs()] == [
        (1, "done", None),
        (3, "waiting", None),
    ]


async def test_rounds_end_though_a_cancellation_is_lost(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def deaf(house: Any) -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    monkeypatch.setattr(sweeping, "sweep", deaf)
    async with asyncio.timeout(20), sweeping.sweeping(bench.house):
        await begun.wait()
