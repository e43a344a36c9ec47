from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import text
from structlog.testing import capture_logs

from codeflash_core.errors import GitHubError
from codeflash_github_app.db import inbox, installations
from codeflash_github_app.queue import working
from codeflash_postgres.database import open_database

Pull = Callable[..., Any]


async def test_a_delivery_is_handled_and_its_job_carried_out(bench: Any, pull: Pull) -> None:
    async with bench.working():
        delivery = await bench.delivered(pull())
        await bench.house.queue.deliver(delivery, 11)
        await bench.until_state("done")
    assert await bench.outcome(delivery) == ("routed", "")
    assert await bench.entries() == [("handle_delivery", "succeeded"), ("run_job", "succeeded")]


async def test_a_server_that_is_killed_between_inbox_and_queue_loses_nothing(bench: Any, pull: Pull) -> None:
    delivery = await bench.delivered(pull())
    async with bench.working():
        await bench.until_state("done")
    assert await bench.outcome(delivery) == ("routed", "")


async def test_jobs_of_one_repository_run_one_after_the_other_and_others_beside_them(
    bench: Any, pull: Pull
) -> None:
    beside = asyncio.Event()
    running: set[int] = set()
    most: dict[str, int] = {"here": 0, "all": 0}

    async def act(number: int, host: Any) -> None:
        job = await host.jobs.find(number)
        running.add(number)
        here = [each for each in running if repositories[each] == job.order.repository.id]
        most["here"] = max(most["here"], len(here))
        most["all"] = max(most["all"], len(running))
        if len(running) == 2:
            beside.set()
        # The first one waits for another beside it, however slow the machine is.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(20):
                await beside.wait()
        await asyncio.sleep(0.02)
        running.discard(number)

    repositories: dict[int, int] = {}
    for number in range(1, 5):
        for repository in (11, 12):
            delivery = await bench.delivered(pull(number, repository=repository))
            await working.handle(bench.house, delivery)
    for job in await bench.jobs():
        repositories[job["id"]] = job["repository_id"]
    first = bench.doing(act)
    second = evolve(
        first, house=evolve(first.house, database=open_database(first.house.settings.database_url))
    )
    async with first.working():
        await bench.until_state(*["done"] * 8)
    await second.database.close()
    assert most == {"here": 1, "all": 2}
    assert sorted(first.ran) == sorted(repositories)


async def test_a_stop_does_not_wait_behind_the_jobs(bench: Any, pull: Pull) -> None:
    from codeflash_github_app.jobs.host import Ended
    from codeflash_github_app.orders import Stop

    begun = asyncio.Event()

    async def act(number: int, host: Any) -> None:
        begun.set()
        while await host.jobs.asked_to_end(number) is None:  # noqa: ASYNC110 - in the database
            await asyncio.sleep(0.02)
        await host.jobs.finish(number, Ended("stopped"))

    busy = bench.doing(act)
    async with busy.working():
        await busy.house.queue.deliver(await bench.delivered(pull()), 11)
        await begun.wait()
        await busy.house.queue.deliver(await bench.delivered(Stop(pull().repository, 3)), 11)
        await bench.until_state("stopped")


async def test_a_worker_that_ends_gives_its_job_back_and_the_next_one_takes_it(
    bench: Any, pull: Pull
) -> None:
    begun = asyncio.Event()

    async def act(number: int, host: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with bench.doing(act).working():
        await bench.house.queue.deliver(await bench.delivered(pull()), 11)
        await begun.wait()
    (job,) = await bench.jobs()
    assert (job["state"], job["message"]) == ("waiting", "The worker ended.")


async def test_github_that_is_away_is_asked_again_by_the_same_job(
    bench: Any, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codeflash_github_app.queue import backoff

    async def act(number: int, host: Any) -> None:
        if len(tries.ran) < 3:
            raise GitHubError("away", passing=True, retry_after=0)

    monkeypatch.setattr(backoff, "FIRST_SECONDS", 0.01)
    tries = bench.doing(act)
    async with tries.working():
        await bench.house.queue.deliver(await bench.delivered(pull()), 11)
        await bench.until_state("done")
    assert len(tries.ran) == 3
    (job,) = await bench.jobs()
    assert job["attempts"] == 1


async def test_a_delivery_that_cannot_be_handled_fails_in_the_end(
    bench: Any, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codeflash_github_app.queue import backoff

    async def odd(connection: Any, repository: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(backoff, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(working, "MOST_TRIES", 3)
    monkeypatch.setattr(installations, "known", odd)
    delivery = await bench.delivered(pull())
    with capture_logs():
        async with bench.working():
            await bench.house.queue.deliver(delivery, 11)

            async def failed() -> bool:
                return bool(await bench.outcome(delivery) == ("failed", "ZeroDivisionError"))

            await bench.until(failed)


async def test_two_workers_and_a_hundred_deliveries_make_each_job_once(bench: Any, pull: Pull) -> None:
    ran: list[int] = []

    async def act(number: int, host: Any) -> None:
        ran.append(number)

    first = bench.doing(act)
    other = open_database(first.house.settings.database_url)
    async with working_twice(first, other):
        for number in range(25):
            for _ in range(4):
                delivery = await bench.delivered(pull(number % 5 + 1, "abcde"[number // 5]))
                await bench.house.queue.deliver(delivery, 11)

        async def settled() -> bool:
            jobs = await bench.jobs()
            return not await inbox.waiting(bench.database, 0) and all(
                job["state"] in ("done", "superseded") for job in jobs
            )

        await bench.until(settled)
    jobs = await bench.jobs()
    assert len(jobs) == 25
    assert len(ran) == len(set(ran)) == sum(job["state"] == "done" for job in jobs)
    newest = {job["number"]: job for job in jobs}
    assert {job["state"] for job in newest.values()} == {"done"}


def working_twice(bench: Any, database: Any) -> Any:
    from codeflash_github_app.queue.broker import opened

    @contextlib.asynccontextmanager
    async def both() -> Any:
        async with opened(bench.house.settings.database_url) as queue:
            second = evolve(bench, house=evolve(bench.house, database=database, queue=queue))
            try:
                async with bench.working(), second.working():
                    yield
            finally:
                await database.close()

    return both()


WORKER = textwrap.dedent(
    """
    import asyncio, fcntl, sys
    from pathlib import Path
    from codeflash_github_app.jobs.host import Ended
    from codeflash_github_app.queue.broker import opened
    from codeflash_github_app.queue.house import House, tokens_of
    from codeflash_github_app.queue.timing import Timing
    from codeflash_github_app.queue.working import work
    from codeflash_github_app.settings import Settings
    from codeflash_postgres.database import open_database
    from codeflash_web.logs import configure

    configure()
    url, folder, slow = sys.argv[1], sys.argv[2], sys.argv[3] == "slow"

    async def run(number, host):
        job = await host.jobs.find(number)
        # The system gives it free when the process is killed.
        with open(f"{folder}/{job.order.repository.id}.lock", "w") as alone, open(f"{folder}/log", "a") as log:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            print("begun", flush=True)
            if slow:
                await asyncio.Event().wait()
            await asyncio.sleep(1.0)
            await host.jobs.finish(number, Ended("done", message="by the second"))
            log.write(f"{number}\\n")

    async def main():
        settings = Settings(app=1, database_url=url)
        async with opened(url) as queue:
            house = House(settings, open_database(url), queue, run, tokens_of(settings), Timing(2.4))
            await work(house, asyncio.Event())

    asyncio.run(main())
    """
)


def started(url: str, folder: Path, how: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WORKER, url, str(folder), how]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@pytest.mark.slow
async def test_a_job_whose_worker_is_killed_is_taken_up_by_another(
    bench: Any, pull: Pull, database_url: str, tmp_path: Path
) -> None:
    delivery = await bench.delivered(pull())
    await bench.house.queue.deliver(delivery, 11)
    with started(database_url, tmp_path, "slow") as first:
        try:
            assert first.stdout is not None
            assert await asyncio.to_thread(first.stdout.readline) == "begun\n"
        finally:
            first.kill()
    with started(database_url, tmp_path, "quick") as second:
        try:
            await bench.until_state("done")
        finally:
            second.kill()
    (job,) = await bench.jobs()
    assert (job["attempts"], job["message"]) == (2, "by the second")


@pytest.mark.slow
async def test_workers_killed_at_random_moments_lose_nothing_and_never_share_a_repository(
    bench: Any, pull: Pull, database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(20)
    for number in range(1, 4):
        for repository in (11, 12):
            await bench.delivered(pull(number, repository=repository))
    alive = [started(database_url, tmp_path, "quick") for _ in range(2)]
    kills = 0

    async def settled() -> bool:
        return [job["state"] for job in await bench.jobs()] == ["done"] * 6

    try:
        async with asyncio.timeout(120):
            while not await settled():
                # Some live long enough to do something: starting takes most of the time.
                await asyncio.sleep(chance.uniform(0.2, 1.5))
                if kills < 20:
                    victim = alive.pop(0)
                    victim.kill()
                    victim.communicate()
                    kills += 1
                    alive.append(started(database_url, tmp_path, "quick"))
    finally:
        for each in alive:
            each.kill()
            each.communicate()
    jobs = await bench.jobs()
    assert kills >= 2
    assert {job["message"] for job in jobs} == {"by the second"}
    done = (tmp_path / "log").read_text().split()
    # A kill between the note in the database and the line in the log loses the line only.
    assert len(done) == len(set(done)) <= 6


@pytest.mark.slow
async def test_a_worker_begins_anew_when_its_connections_are_cut(bench: Any, pull: Pull) -> None:
    async with bench.working():
        await bench.house.queue.deliver(await bench.delivered(pull(1)), 11)
        await bench.until_state("done")
        outside = open_database(bench.house.settings.database_url)
        async with outside.single() as connection:
            await connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        await outside.close()
        with capture_logs():
            for _ in range(20):
                try:
                    await bench.delivered(pull(2))
                    break
                except Exception:
                    continue
            await bench.until_state("done", "done")
