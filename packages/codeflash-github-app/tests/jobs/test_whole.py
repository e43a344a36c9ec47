"""The whole app, with the real engine: from a delivery to the way back, though its worker is killed."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import httpx2
import psutil
import pytest
from attrs import evolve
from sqlalchemy import text

from codeflash_github_app.jobs.engine import Engine
from codeflash_github_app.orders import ReportPush
from codeflash_github_app.webhook.verify import signature
from codeflash_postgres.database import open_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap (bwrap) is not installed"),
]
NAME = "acme/shop"
SECRET = "it is a secret to everybody"
FAST = """    return list(dict.fromkeys(names))
"""
SLOW = """    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
"""
ORDERING = f'''"""Orders things."""


def distinct(names):
    """The names without repetitions, in order of first appearance."""
{FAST}'''
TESTS = """from shop.ordering import distinct

NAMES = ["name%d" % (n % 150) for n in range(300)]


def test_distinct_keeps_the_first():
    assert distinct(["b", "a", "b"]) == ["b", "a"]


def test_distinct_of_many():
    assert distinct(NAMES) == NAMES[:150]


def test_distinct_is_quick(benchmark):
    assert len(benchmark(distinct, NAMES)) == 150
"""
PATIENCE = 400.0
"""Seconds that may go by on a machine with much else to do."""


@pytest.fixture
def slowed(world):
    """A pull request puts a loop in the place of a dictionary; its number."""
    world.project.write("src/shop/ordering.py", ORDERING)
    world.project.write("tests/test_ordering.py", TESTS)
    # That nothing changed in the others would be measured until it is sure, or all of the time is used up.
    (world.project.checkout / "tests/test_bench.py").unlink()
    world.write_base(".codeflash.toml", "[github]\nbudget = '300s'\nautomatic-pull-requests = true\n")
    world.project.git("checkout", "-q", "-b", "simpler", "main")
    world.project.write("src/shop/ordering.py", ORDERING.replace(FAST, SLOW))
    world.project.commit("Write it as a loop")
    world.project.git("push", "-q", "upstream", "simpler")
    return world.github.open(NAME, "acme:simpler", "Write it as a loop")


@pytest.fixture
def app(world, database, database_url, tmp_path, environment_with_pytest):
    """The app as a process, with a worker; its address."""
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(world.key)
    usual = {name: value for name, value in os.environ.items() if not name.startswith("CODEFLASH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "codeflash_github_app", "serve", "--port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=usual
        | {
            "DATABASE_URL": database_url,
            "GITHUB_API_URL": world.github.url,
            "CODEFLASH_APP_DATA": str(world.folder),
            "CODEFLASH_APP_ID": "7",
            "CODEFLASH_APP_PRIVATE_KEY_FILE": str(key),
            "CODEFLASH_APP_WEBHOOK_SECRET": SECRET,
            "CODEFLASH_APP_STATUS_PASSWORD": "correct horse battery",
            "CODEFLASH_APP_PYTHON": str(environment_with_pytest / "bin/python"),
            "CODEFLASH_APP_LEASE": "12s",
        },
    )
    line = process.stdout.readline().strip()
    assert line.startswith("listening on ")
    yield process, line.removeprefix("listening on ")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=90)


def opened(world, number):
    """The delivery that GitHub sends when a pull request is opened, as far as it is read."""
    pull = world.github.pull(NAME, number)
    return {
        "action": "opened",
        "installation": {"id": 1},
        "repository": {"id": 11, "full_name": NAME, "default_branch": "main"},
        "pull_request": {"number": number, "draft": False, "user": {"login": "ada"}, "head": pull["head"]},
        "sender": {"login": "ada"},
    }


def send(address, event, payload):
    """Send a delivery as GitHub does."""
    body = json.dumps(payload).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "d-1",
        "X-Hub-Signature-256": signature(SECRET.encode(), body),
    }
    return httpx2.post(f"{address}/webhook", content=body, headers=headers, timeout=60)


def asked(url, statement):
    """The one value that a statement finds."""

    async def ask():
        database = open_database(url)
        try:
            async with database.single() as connection:
                return await connection.scalar(text(statement))
        finally:
            await database.close()

    return asyncio.run(ask())


def until(seen):
    """Wait for something."""
    ends = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.2)


def proven(world, number):
    """See that what the pull request made slow is proposed fast, with its figures, once."""
    (check,) = world.github.checks
    assert (check["status"], check["conclusion"]) == ("completed", "neutral"), check["output"]
    claim = re.search(r"at least ([\d.,]+)x", check["output"]["title"])
    assert float(claim[1].replace(",", "")) > 1.05
    assert "fresh processes" in check["output"]["summary"]
    assert len(check["output"]["annotations"]) == 1
    (comment,) = world.told(number)
    reviews = world.github.reviews.get((NAME, number), [])
    on_top = [each for each in world.github._pulls[NAME] if each["head"]["ref"].startswith("codeflash/")]
    assert len(reviews) + len(on_top) == 1
    assert (reviews or on_top)[0]["html_url"] in comment
    assert claim[1] in json.dumps(reviews or on_top)


def test_from_a_delivery_to_the_way_back_though_the_worker_is_killed(world, slowed, app, database_url):
    process, address = app
    assert send(address, "pull_request", opened(world, slowed)).status_code == 202
    until(lambda: world.github.checks)
    assert world.github.checks[0]["status"] == "in_progress"

    journals = "jobs/*/engine/top/runs/*/journal.jsonl"
    until(lambda: any(each.stat().st_size > 20_000 for each in world.folder.glob(journals)))
    (runs,) = world.folder.glob("jobs/*/engine/top/runs")
    (begun,) = (each.name for each in runs.iterdir())
    (worker,) = psutil.Process(process.pid).children()
    worker.kill()

    until(lambda: world.github.checks[0]["status"] == "completed")
    proven(world, slowed)
    # The job's folder is taken away at its end. The run that was killed was gone on with.
    until(lambda: not runs.exists())
    assert asked(database_url, "select result->'optimize'->>'run' from jobs") == begun


async def test_a_push_that_makes_a_benchmark_slower_is_reported(world, slowed, environment_with_pytest):
    before = world.project.git("rev-parse", "main")
    after = world.project.git("rev-parse", "simpler")
    host = evolve(
        world.host(Engine(world.folder), extra_seconds=600.0),
        interpreter=environment_with_pytest / "bin/python",
    )
    ended = await world.run(ReportPush(world.repository, before, after), host=host)
    (check,) = world.github.checks
    assert (ended["state"], check["conclusion"]) == ("done", "neutral"), check["output"]
    assert "1 benchmark slower" in check["output"]["title"]
    assert "test_distinct_is_quick" in check["output"]["summary"]
