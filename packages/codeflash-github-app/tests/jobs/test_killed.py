"""A worker that is killed at any moment: nothing is posted twice, and nothing is lost."""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

NAME = "acme/shop"
KILLS = 20
BOTH = {
    "src/shop/stock.py::cheapest": ["    return sorted(prices)[0] + 0\n", "    return min(prices)\n"],
    # Far from what the pull request changes: no suggestion can stand there.
    "src/shop/stock.py::total": ['"""What is on the shelves."""', '"""What is there."""'],
}


class Killer:
    """Kills the process at the n-th moment: before a request is looked at, or after its work is done."""

    def __init__(self):
        self.left = None
        self.process = 0

    def __call__(self, moment):
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0 and self.process:
            os.kill(self.process, signal.SIGKILL)
            time.sleep(0.05)  # until it is gone: the answer must not reach it


def propose(world, branch):
    """A pull request that changes two functions."""
    world.project.git("checkout", "-q", "-b", branch, "main")
    place = world.project.checkout / "src/shop/stock.py"
    changed = place.read_text().replace("sorted(prices)[0]", "sorted(prices)[0] + 0")
    place.write_text(changed.replace("return sum(prices)", "return sum(prices) + 0"))
    world.project.commit(branch)
    world.project.git("checkout", "-q", "main")
    world.project.git("push", "-q", "upstream", branch)
    return world.github.open(NAME, f"acme:{branch}", branch)


def posted_once(world, number):
    """See that everything of a pull request is there, once."""
    head = world.github.pull(NAME, number)["head"]["sha"]
    (check,) = [each for each in world.github.checks if each["head_sha"] == head]
    assert (check["status"], check["conclusion"]) == ("completed", "neutral")
    assert len(check["output"]["annotations"]) == 2
    assert len(world.github.reviews[NAME, number]) == 1
    (comment,) = world.told(number)
    branch = f"codeflash/{number}/abc123def4"
    on_top = [each for each in world.github._pulls[NAME] if each["head"]["ref"] == branch]
    assert len(on_top) == 1
    assert on_top[0]["html_url"] in comment
    assert world.branches().count(branch) == 1


@pytest.mark.slow
def test_twenty_kills_at_random_moments_post_nothing_twice_and_lose_nothing(world, plan, attempts):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\nopen-pull-requests = 99\n")
    plan(edits=BOTH)
    dice, killer = random.Random(20), Killer()
    world.github.listener = killer
    kills, job = 0, 0
    while kills < KILLS:
        job += 1
        number = propose(world, f"change-{job}")
        told = {
            "url": world.github.url, "key": world.key.decode(), "folder": str(world.folder), "job": job,
            "number": number, "head": world.github.pull(NAME, number)["head"]["sha"],
        }  # fmt: skip
        while not (world.books.folder / f"ended-{job}.json").exists():
            killer.process, killer.left = 0, dice.randrange(1, 70)
            killer.process, code = attempts(told)
            if code():
                kills += 1
            killer.left = None
        assert world.books.ended(job)["state"] == "done"
        posted_once(world, number)


@pytest.fixture
def begin(world, attempts, database_url, tmp_path):
    """``begin(moment)`` starts ``codeflash-github-app work``; its process, and a call that waits for its end."""
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(world.key)
    environment = {
        "DATABASE_URL": database_url,
        "GITHUB_API_URL": world.github.url,
        "CODEFLASH_APP_DATA": str(world.folder),
        "CODEFLASH_APP_ID": "7",
        "CODEFLASH_APP_PRIVATE_KEY_FILE": str(key),
        "CODEFLASH_APP_PYTHON": sys.executable,
        "CODEFLASH_APP_LEASE": "1.5s",
    }
    told = {"environment": environment, "log": str(tmp_path / "worker.log")}
    begun = []

    def start(moment):
        process, code = attempts({**told, "moment": moment})
        begun.append(process)
        return process, code

    yield start
    with contextlib.suppress(ProcessLookupError):
        os.kill(begun[-1], signal.SIGKILL)


def opened(world, number):
    """The delivery that GitHub sends when a pull request is opened, as far as it is read."""
    return {
        "action": "opened",
        "installation": {"id": 1},
        "repository": {"id": 11, "full_name": NAME, "default_branch": "main"},
        "pull_request": {
            "number": number, "draft": False, "user": {"login": "ada"},
            "head": world.github.pull(NAME, number)["head"],
        },
        "sender": {"login": "ada"},
    }  # fmt: skip


async def values(database, statement):
    """What a statement finds, of one column."""
    async with database.single() as connection:
        return list((await connection.scalars(text(statement))).all())


async def until(seen):
    """Wait for something; whether it happened."""
    ends = time.monotonic() + 120
    while not await seen():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.05)
    return True


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_workers_killed_at_twenty_random_moments_post_everything_once(
    world, plan, receiver, database, begin, tmp_path
):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\nopen-pull-requests = 99\n")
    plan(edits=BOTH)
    dice = random.Random(20)
    kills, made = 0, []

    async def done():
        return await values(database, "select state from jobs order by id") == ["done"] * len(made)

    while kills < KILLS:
        made.append(propose(world, f"change-{len(made)}"))
        assert (await receiver.send("pull_request", opened(world, made[-1]))).status_code == 202
        for attempt in range(1, 21):
            process, code = begin(dice.randrange(1, 500) if attempt < 12 else 0)
            ended = asyncio.create_task(asyncio.to_thread(code))

            async def over(ended=ended):
                return ended.done() or await done()

            assert await until(over), (tmp_path / "worker.log").read_text()[-3000:]
            if not ended.done():
                # The job is done: what comes after its end may be cut off, too.
                await asyncio.sleep(dice.uniform(0.0, 0.3))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            assert await ended == -signal.SIGKILL, (tmp_path / "worker.log").read_text()[-3000:]
            kills += 1
            if await done():
                break
        assert await done()
        posted_once(world, made[-1])

    process, code = begin(0)

    async def tidy():
        left = await values(
            database, "select id from queue.procrastinate_jobs where status in ('todo', 'doing')"
        )
        return not left and not list((world.folder / "jobs").glob("*"))

    assert await until(tidy), (tmp_path / "worker.log").read_text()[-3000:]
    os.kill(process, signal.SIGTERM)
    code()
    assert await values(database, "select outcome from deliveries") == ["routed"] * len(made)
    assert await values(database, "select number from posts where number = 0") == []
    for number in made:
        posted_once(world, number)


@pytest.mark.slow
def test_the_engine_dies_with_a_worker_that_is_killed(world, plan, attempts):
    number = world.propose()
    plan(seconds=60)
    told = {
        "url": world.github.url, "key": world.key.decode(), "folder": str(world.folder), "job": 1,
        "number": number, "head": world.github.pull(NAME, number)["head"]["sha"],
    }  # fmt: skip
    process, code = attempts(told)
    log = world.folder / "engine.jsonl"
    until = time.monotonic() + 60
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    assert code() == -signal.SIGKILL
    while engines(world.folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert engines(world.folder) == []
    plan()
    _, code = attempts(told)
    assert code() == 0
    assert world.books.ended(1)["state"] == "done"


def engines(folder):
    """Processes whose state is in the folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"CODEFLASH_STATE_DIR={folder}".encode() in place.read_bytes():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found
