from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from codeflash_github_app.db import installations, jobs, ordering
from codeflash_github_app.db.tables import jobs as table
from codeflash_github_app.orders import (
    CompareAsked,
    Installed,
    OptimizeAsked,
    OptimizePull,
    ReportPush,
    Repository,
    Stop,
    Uninstalled,
    Work,
)
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

LEASE = 60.0
SHOP = Repository(7, 11, "acme/shop", "main")
TILL = Repository(7, 12, "acme/till", "main")
HEADS = ["a" * 40, "b" * 40, "c" * 40]
ME, OTHER = uuid.uuid4(), uuid.uuid4()


def pull(head: int = 0, number: int = 3, repository: Repository = SHOP, again: str = "") -> OptimizePull:
    return OptimizePull(repository, number, HEADS[head], again)


async def order(database: Database, work: Work) -> jobs.Due | None:
    async with database.begin() as connection:
        await installations.known(connection, work.repository)
        return await ordering.order(connection, work)


async def ordered(database: Database, work: Work) -> int:
    due = await order(database, work)
    assert due is not None
    return due.job_id


async def claimed(database: Database, work: Work, worker: uuid.UUID = ME) -> jobs.Job:
    job = await jobs.claim(database, await ordered(database, work), worker, LEASE)
    assert job is not None
    return job


async def row(database: Database, job_id: int) -> Any:
    async with database.single() as connection:
        return (await connection.execute(select(table).where(table.c.id == job_id))).mappings().one()


async def states(database: Database) -> list[str]:
    async with database.single() as connection:
        return list((await connection.scalars(select(table.c.state).order_by(table.c.id))).all())


async def silent(database: Database, job_id: int, seconds: float = 100) -> None:
    """As if its worker had not been seen for so long."""
    async with database.single() as connection:
        await connection.execute(
            update(table)
            .where(table.c.id == job_id)
            .values(heartbeat_at=ago(seconds), created_at=ago(seconds))
        )


@pytest.mark.parametrize(
    "work",
    [
        pull(),
        pull(again="5-2026"),
        OptimizeAsked(SHOP, 3, "a.py::f", 99, "ada"),
        CompareAsked(SHOP, 3, 99, "ada"),
        ReportPush(SHOP, HEADS[0], HEADS[1]),
    ],
    ids=lambda work: type(work).__name__,
)
async def test_an_order_becomes_one_job_however_often_it_comes(database: Database, work: Work) -> None:
    first = await claimed(database, work)
    assert first.work == work
    assert first.attempts == 1
    assert await order(database, work) is None
    assert await states(database) == ["running"]


async def test_orders_at_once_are_one_job(database: Database) -> None:
    await asyncio.gather(*(order(database, pull()) for _ in range(10)))
    assert await states(database) == ["waiting"]


async def test_a_newer_head_supersedes_what_waits_and_asks_what_runs_to_end(database: Database) -> None:
    running = await claimed(database, pull(0))
    await ordered(database, pull(1))
    await ordered(database, pull(2))
    other = await ordered(database, pull(0, number=4))
    asked = await ordered(database, OptimizeAsked(SHOP, 3, "a.py::f", 99, "ada"))
    assert await states(database) == ["running", "superseded", "waiting", "waiting", "waiting"]
    assert (await row(database, other))["stop"] is (await row(database, asked))["stop"] is None
    assert await jobs.stop_requested(database, running) == "superseded"
    assert await jobs.heartbeat(database, running) == "superseded"
    assert await jobs.end(database, running) == "superseded"
    assert (await row(database, running.id))["finished_at"] is not None


async def test_a_head_that_comes_back_is_taken_up_again(database: Database) -> None:
    first = await ordered(database, pull(0))
    second = await ordered(database, pull(1))
    due = await order(database, pull(0))
    assert due == jobs.Due(first, 11)
    assert [(await row(database, each))["state"] for each in (first, second)] == ["waiting", "superseded"]


async def test_a_head_that_comes_back_while_its_job_ends_is_not_lost(database: Database) -> None:
    running = await claimed(database, pull(0))
    await ordered(database, pull(1))
    assert await order(database, pull(0)) is None
    # The worker heard of the first and not of the second.
    assert await jobs.end(database, running) == "waiting"
    assert await jobs.waiting(database, running.id) == (jobs.Due(running.id, 11),)


async def test_a_commit_that_is_wanted_again_takes_no_other_ones_place(database: Database) -> None:
    head = await claimed(database, pull(1))
    await ordered(database, pull(0, again="5-2026"))
    assert await states(database) == ["running", "waiting"]
    assert await jobs.stop_requested(database, head) == ""
    await ordered(database, pull(2))
    assert await states(database) == ["running", "superseded", "waiting"]


async def test_a_head_that_a_late_delivery_superseded_has_its_job_again(database: Database) -> None:
    head = await ordered(database, pull(1))
    late = await claimed(database, pull(0))
    assert await states(database) == ["superseded", "running"]
    await ordering.ensure(database, pull(1))
    await ordering.ensure(database, pull(2))
    assert await states(database) == ["waiting", "running", "waiting"]
    assert await jobs.heartbeat(database, late) == ""
    assert (await row(database, head))["finished_at"] is None


async def test_a_head_whose_running_job_a_late_delivery_superseded_keeps_it(database: Database) -> None:
    head = await claimed(database, pull(1))
    await ordered(database, pull(0))
    assert await jobs.heartbeat(database, head) == "superseded"
    await ordering.ensure(database, pull(1))
    assert await jobs.heartbeat(database, head) == ""


@pytest.mark.parametrize("state", ["done", "failed", "stopped"])
async def test_a_head_whose_job_ended_otherwise_has_none_again(database: Database, state: str) -> None:
    job = await claimed(database, pull(1))
    await jobs.finish(database, job, state)
    await ordering.ensure(database, pull(1))
    assert await states(database) == [state]


async def test_a_push_takes_on_those_that_wait(database: Database) -> None:
    running = await claimed(database, ReportPush(SHOP, "0" * 40, HEADS[0]))
    await ordered(database, ReportPush(SHOP, HEADS[0], HEADS[1]))
    last = await ordered(database, ReportPush(SHOP, HEADS[1], HEADS[2]))
    elsewhere = await ordered(database, ReportPush(TILL, HEADS[0], HEADS[1]))
    assert await states(database) == ["running", "superseded", "waiting", "waiting"]
    assert await jobs.stop_requested(database, running) == ""
    # No commit that was pushed is left out.
    assert (await row(database, last))["order"]["before"] == HEADS[0]
    assert (await row(database, elsewhere))["order"]["before"] == HEADS[0]
    assert await order(database, ReportPush(SHOP, HEADS[1], HEADS[2])) is None


async def test_a_job_of_a_repository_that_was_renamed_has_its_present_name(database: Database) -> None:
    number = await ordered(database, pull())
    async with database.begin() as connection:
        await installations.known(connection, Repository(8, 11, "acme/store", "main"))
    job = await jobs.claim(database, number, ME, LEASE)
    assert job is not None
    assert job.work == pull(repository=Repository(8, 11, "acme/store", "main"))


async def test_what_is_done_is_not_done_again_for_an_older_event(database: Database) -> None:
    job = await claimed(database, pull(0))
    await jobs.finish(database, job, "done", outcome="neutral", message="Two.", result={"a": 1})
    newer = await ordered(database, pull(1))
    assert await order(database, pull(0)) is None
    assert (await row(database, newer))["state"] == "waiting"
    done = await row(database, job.id)
    assert (done["state"], done["outcome"], done["message"], done["result"]) == (
        "done",
        "neutral",
        "Two.",
        {"a": 1},
    )


async def test_stopping_ends_all_jobs_of_one_pull_request(database: Database) -> None:
    running = await claimed(database, pull(0))
    await ordered(database, CompareAsked(SHOP, 3, 99, "ada"))
    await ordered(database, pull(0, number=4))
    await ordered(database, pull(0, repository=TILL))
    async with database.begin() as connection:
        assert await ordering.stop(connection, Stop(SHOP, 3)) == 2
    assert await states(database) == ["running", "stopped", "waiting", "waiting"]
    assert await jobs.heartbeat(database, running) == "stopped"


async def test_one_job_of_a_repository_runs_at_a_time(database: Database) -> None:
    first = await claimed(database, pull(0))
    second = await ordered(database, pull(0, number=4))
    elsewhere = await ordered(database, pull(0, repository=TILL))
    assert await jobs.claim(database, second, OTHER, LEASE) is None
    assert await jobs.claim(database, elsewhere, OTHER, LEASE) is not None
    await jobs.finish(database, first, "done")
    assert await jobs.claim(database, second, OTHER, LEASE) is not None


async def test_of_many_who_claim_at_once_one_gets_it(database: Database) -> None:
    numbers = [await ordered(database, pull(0, number=number)) for number in (1, 2, 3)]
    got = await asyncio.gather(
        *(jobs.claim(database, number, uuid.uuid4(), LEASE) for number in numbers for _ in range(4))
    )
    assert len([job for job in got if job is not None]) == 1


async def test_a_job_whose_worker_is_not_seen_is_taken_over_and_the_other_has_lost_it(
    database: Database,
) -> None:
    mine = await claimed(database, pull())
    await silent(database, mine.id)
    theirs = await jobs.claim(database, mine.id, OTHER, LEASE)
    assert theirs is not None
    assert theirs.attempts == 2
    assert await jobs.heartbeat(database, mine) == jobs.LOST
    assert await jobs.stop_requested(database, mine) == jobs.LOST
    assert await jobs.end(database, mine) == jobs.LOST
    assert not await jobs.finish(database, mine, "done")
    assert not await jobs.release(database, mine)
    assert (await row(database, mine.id))["worker"] == OTHER
    assert await jobs.heartbeat(database, theirs) == ""


async def test_a_job_that_is_given_back_costs_no_attempt(database: Database) -> None:
    job = await claimed(database, pull())
    assert await jobs.release(database, job, "The worker ended.")
    again = await jobs.claim(database, job.id, OTHER, LEASE)
    assert again is not None
    assert again.attempts == 1
    assert (await row(database, job.id))["message"] == "The worker ended."


async def test_a_suspended_installation_and_a_removed_repository_are_not_worked_on(
    database: Database,
) -> None:
    waiting = await ordered(database, pull())
    running = await claimed(database, pull(repository=TILL))
    async with database.begin() as connection:
        await installations.installed(connection, Installed(7, "acme", removed=(11,)))
    assert (await row(database, waiting))["state"] == "stopped"
    async with database.begin() as connection:
        await installations.installed(connection, Installed(7, "acme", suspended=True))
    assert await jobs.heartbeat(database, running) == "stopped"
    async with database.single() as connection:
        await connection.execute(update(table).values(state="waiting", stop=None, created_at=ago(100)))
    assert await jobs.claim(database, waiting, OTHER, LEASE) is None
    assert await jobs.claim(database, running.id, OTHER, LEASE) is None
    assert await ordering.due(database, 1) == ()
    async with database.begin() as connection:
        await installations.installed(connection, Installed(7, "acme", added=((11, "acme/shop"),)))
    assert [each.job_id for each in await ordering.due(database, 1)] == [waiting, running.id]


async def test_an_installation_that_was_removed_is_forgotten_with_its_jobs(database: Database) -> None:
    running = await claimed(database, pull())
    async with database.begin() as connection:
        await installations.uninstalled(connection, Uninstalled(7))
    assert await states(database) == []
    assert await jobs.heartbeat(database, running) == jobs.LOST


async def test_the_sweep_frees_jobs_of_dead_workers_only(database: Database) -> None:
    dead = await claimed(database, pull())
    alive = await claimed(database, pull(repository=TILL))
    asked = await claimed(database, pull(repository=Repository(7, 13, "acme/odd", "main")))
    for each in (dead, asked):
        await silent(database, each.id)
    async with database.begin() as connection:
        await ordering.stop(connection, Stop(asked.work.repository, 3))
    assert await ordering.sweep(database, LEASE) == 2
    assert [(await row(database, each.id))["state"] for each in (dead, alive, asked)] == [
        "waiting",
        "running",
        "stopped",
    ]


async def test_a_job_that_ends_every_worker_is_given_up(database: Database) -> None:
    number = await ordered(database, pull())
    for _ in range(jobs.MOST_ATTEMPTS):
        assert await jobs.claim(database, number, ME, LEASE) is not None
        await silent(database, number)
        await ordering.sweep(database, LEASE)
    assert await jobs.claim(database, number, ME, LEASE) is None
    given_up = await row(database, number)
    assert (given_up["state"], given_up["outcome"]) == ("failed", "")
    assert f"{jobs.MOST_ATTEMPTS} times" in given_up["message"]


async def test_what_waits_is_due_after_a_while(database: Database) -> None:
    number = await ordered(database, pull())
    assert await ordering.due(database, 60) == ()
    await silent(database, number)
    assert await ordering.due(database, 60) == (jobs.Due(number, 11),)
