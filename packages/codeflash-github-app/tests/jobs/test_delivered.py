"""From GitHub's delivery to what people see: the app on a socket, its inbox, queue and worker, and a loopback GitHub."""

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy import select

from codeflash_github_app.db.tables import deliveries, jobs
from codeflash_github_app.jobs.engine import Engine
from codeflash_github_app.jobs.host import Limits
from codeflash_github_app.jobs.running import run
from codeflash_github_app.patience import Patience
from codeflash_github_app.queue.house import House, tokens_of
from codeflash_github_app.queue.timing import Timing
from codeflash_github_app.queue.working import work

NAME = "acme/shop"
APP = 7
TARGET = "shop/prices.py::cheapest"
FAKE = Path(__file__).with_name("fake_engine.py")


@pytest.fixture
def payload(world):
    """``payload(action, number)``: what GitHub delivers of a pull request."""

    def made(action, number):
        pull = world.github.pull(NAME, number)
        return {
            "action": action,
            "installation": {"id": 1},
            "repository": {"id": 11, "full_name": NAME, "default_branch": "main"},
            "pull_request": {
                "number": number,
                "draft": False,
                "user": {"login": "ada"},
                "head": {"sha": pull["head"]["sha"]},
            },
        }

    return made


@pytest.fixture
def comment():
    """``comment(text, number, author)``: what GitHub delivers of a comment."""

    def made(text, number, author="ada"):
        return {
            "action": "created",
            "installation": {"id": 1},
            "repository": {"id": 11, "full_name": NAME, "default_branch": "main"},
            "issue": {"number": number, "state": "open", "pull_request": {}},
            "comment": {"id": 99, "body": text, "user": {"login": author, "type": "User"}},
        }

    return made


@pytest.fixture
def worker(world, settings, database, queue, tmp_path):
    """``async with worker():`` a worker whose engine says what its plan says."""
    key = tmp_path / "key.pem"
    key.write_bytes(world.key)
    told = evolve(
        settings, app=APP, api=world.github.url, site=world.github.url, key_file=key, data=world.folder
    )

    async def act(number, host):
        quick = Limits(watch_seconds=0.1, look_seconds=0.5, extra_seconds=60.0)
        engine = Engine(world.folder, (sys.executable, "-I", str(FAKE)))
        patience = Patience(tries=4, first=0.01, longest=2.0)
        await run(
            number,
            evolve(host, engine=engine, limits=quick, patience=patience, interpreter=Path(sys.executable)),
        )

    @contextlib.asynccontextmanager
    async def working():
        stopping = asyncio.Event()
        house = House(told, database, queue, act, tokens_of(told), Timing(6.0))
        task = asyncio.create_task(work(house, stopping))
        try:
            yield
        finally:
            stopping.set()
            await task

    return working


@pytest.fixture
def until(database):
    """``await until(lambda jobs: ...)`` waits for something to be true of all jobs."""

    async def wait(seen):
        async with asyncio.timeout(60):
            while True:
                async with database.single() as connection:
                    rows = (await connection.execute(select(jobs).order_by(jobs.c.id))).mappings().all()
                if seen(rows):
                    return rows
                await asyncio.sleep(0.05)

    return wait


@pytest.mark.slow
async def test_a_delivered_pull_request_is_shown_what_is_faster_and_nothing_twice(
    world, worker, serve, payload, until
):
    receiver = await serve(app=APP)
    number = await asyncio.to_thread(world.propose)
    async with worker():
        for delivery, action in (("d-1", "opened"), ("d-2", "ready_for_review"), ("d-1", "opened")):
            answer = await receiver.send("pull_request", payload(action, number), delivery=delivery)
            assert answer.status_code in (200, 202)
        (job,) = await until(lambda rows: [row["state"] for row in rows] == ["done"])
    assert job["attempts"] == 1
    (check,) = world.github.checks
    assert check["status"] == "completed"
    assert check["head_sha"] == job["head"]


@pytest.mark.slow
async def test_a_newer_head_takes_the_place_of_the_one_that_is_worked_on(
    world, worker, serve, payload, until, plan
):
    receiver = await serve(app=APP)
    plan(seconds=30)
    number = await asyncio.to_thread(world.propose)
    first = payload("opened", number)
    async with worker():
        await receiver.send("pull_request", first)
        await until(lambda rows: bool(rows) and rows[0]["state"] == "running")
        plan()
        world.project.git("checkout", "-q", "slow")
        world.project.write("note.txt", "more\n")
        world.project.commit("Write more")
        await asyncio.to_thread(world.project.git, "push", "-q", "upstream", "slow")
        world.github.moved(NAME, number)
        second = payload("synchronize", number)
        assert second["pull_request"]["head"]["sha"] != first["pull_request"]["head"]["sha"]
        await receiver.send("pull_request", second)
        await until(lambda rows: [row["state"] for row in rows] == ["superseded", "done"])
    assert all(check["status"] == "completed" for check in world.github.checks)


@pytest.mark.slow
@pytest.mark.parametrize(("author", "state"), [("ada", "stopped"), ("eve", "running")])
async def test_a_stop_in_a_comment_is_obeyed_if_its_author_may_write(
    world, worker, serve, payload, comment, until, plan, database, author, state
):
    receiver = await serve(app=APP)
    plan(seconds=30)
    world.github.permissions["ada"] = "write"
    number = await asyncio.to_thread(world.propose)
    async with worker():
        await receiver.send("pull_request", payload("opened", number))
        await until(lambda rows: bool(rows) and rows[0]["state"] == "running")
        await receiver.send("issue_comment", comment("/codeflash stop", number, author), delivery="d-stop")
        async with asyncio.timeout(30):
            outcome = "waiting"
            while outcome == "waiting":
                statement = select(deliveries.c.outcome).where(deliveries.c.delivery == "d-stop")
                async with database.single() as connection:
                    outcome = await connection.scalar(statement)
        await until(lambda rows: rows[0]["state"] == state)
    assert outcome == ("routed" if state == "stopped" else "ignored")
