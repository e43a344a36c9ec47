"""The whole way, with the real engine on a real project: a pull request makes something slow, and is shown the way back."""

import json
import os
import re
import shutil
import signal
import time

import pytest

from codeflash_github_app.jobs.engine import Engine
from codeflash_github_app.orders import ReportPush

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap (bwrap) is not installed"),
]
NAME = "acme/shop"
TARGET = "src/shop/stock.py::missing_articles"
LIST = "    missing = []\n    for sku in wanted:\n        if sku not in shelf and sku not in missing:\n            missing.append(sku)\n    missing.sort()\n    return missing\n"
SET = "    return sorted(set(wanted).difference(shelf))\n"
BENCH = """from shop.stock import missing_articles

SHELF = [f"AB-{n:05d}" for n in range(600)]


def test_missing_articles(benchmark):
    assert benchmark(missing_articles, SHELF[::2], SHELF) == []
"""


@pytest.fixture
def slowed(world):
    """The example project, in which a pull request puts a loop in the place of a set; the pull request's number."""
    world.use_example()
    stock = world.project.checkout / "src/shop/stock.py"
    assert LIST in stock.read_text()
    stock.write_text(stock.read_text().replace(LIST, SET))
    world.project.write("tests/test_bench.py", BENCH)
    world.write_base(".codeflash.toml", "[github]\nbudget = '120s'\nautomatic-pull-requests = true\n")
    world.project.git("checkout", "-q", "-b", "simpler", "main")
    stock.write_text(stock.read_text().replace(SET, LIST))
    world.project.commit("Write it as a loop")
    world.project.git("push", "-q", "upstream", "simpler")
    return world.github.open(NAME, "acme:simpler", "Write it as a loop")


def proven(world, number):
    """See that what the pull request made slow is proposed fast, with its figures, once."""
    (check,) = world.github.checks
    assert (check["status"], check["conclusion"]) == ("completed", "neutral")
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
    return check


def test_a_worker_that_is_killed_while_the_real_engine_works_loses_nothing(world, slowed, attempts):
    told = {
        "url": world.github.url, "key": world.key.decode(), "folder": str(world.folder), "job": 1, "real": True, "limits": {"extra_seconds": 600.0},
        "number": slowed, "head": world.github.pull(NAME, slowed)["head"]["sha"],
    }  # fmt: skip
    process, code = attempts(told)
    runs = world.folder / "jobs/1/engine/top/runs"
    until = time.monotonic() + 300
    while time.monotonic() < until and not any(
        journal.stat().st_size > 20_000 for journal in runs.glob("*/journal.jsonl")
    ):
        time.sleep(0.1)
    os.kill(process, signal.SIGKILL)
    assert code() == -signal.SIGKILL
    begun = {each.name for each in runs.iterdir()}
    _, code = attempts(told)
    assert code() == 0
    proven(world, slowed)
    found = world.books.ended(1)["result"]["optimize"]
    # It went on with the run that was killed.
    assert found["run"] in begun
    (result,) = found["results"]
    assert (result["target"], result["decision"]) == (TARGET, "accepted")


async def test_a_push_that_makes_a_benchmark_slower_is_reported(world, slowed):
    before = world.project.git("rev-parse", "main")
    after = world.project.git("rev-parse", "simpler")
    ended = await world.run(
        ReportPush(world.repository, before, after),
        host=world.host(Engine(world.folder), extra_seconds=600.0),
    )
    (check,) = world.github.checks
    assert (ended["state"], check["conclusion"]) == ("done", "neutral")
    assert check["output"]["title"] == "1 benchmark slower"
    assert "test_missing_articles" in check["output"]["summary"]
