"""A worker that is killed at any moment: nothing is posted twice, and nothing is lost."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

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
    text = place.read_text().replace("sorted(prices)[0]", "sorted(prices)[0] + 0")
    place.write_text(text.replace("return sum(prices)", "return sum(prices) + 0"))
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
