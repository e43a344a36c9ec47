"""Jobs to show, some of them hostile, and the pages of them on a server of their own."""

import asyncio
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from attrs import evolve, frozen
from fastapi import FastAPI

from codeflash_github_app.status.router import status_router
from codeflash_github_app.status.values import PAGE, JobDetail, JobLine, RepositoryLine

PASSWORD = "correct horse battery staple"
NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
HOSTILE = (
    "\"><script>document.title='owned'</script><img src=x onerror=document.title='owned'>'`{{7*7}}\u202e"
)
DIFF = """--- a/shop/ordering.py
+++ b/shop/ordering.py
@@ -1,4 +1,3 @@
 def distinct(names):
-    seen = []
+    return list(dict.fromkeys(names))
"""


def optimized(
    target="shop/ordering.py::distinct", decision="accepted", why="A dict keeps the first.", **more
):
    """A result as ``optimize --json`` prints it."""
    return {
        "target": target,
        "decision": decision,
        "verdict": "same",
        "speedup": {"point": 1.83, "low": 1.79, "high": 1.88, "level": 0.99, "blocks": 6, "cold_low": 1.7, "clock": "cpu"},
        "evidence": {"calls": 412, "grades": {"traced": 12, "test": 400}, "tests_passed": 31, "mutation_score": 0.94},
        "candidate": {"id": "c1", "source": "rewrites:membership", "diff": DIFF, "why": why, "cautions": []},
        "reasons": ["faster on the lower bound"],
        **more,
    }  # fmt: skip


def run_document(*results):
    return {
        "run": "20261128-120000-ab12",
        "results": list(results),
        "noise_floor": 0.004,
        "machine": {"cpu": "a small one"},
        "sandbox": "bubblewrap",
        "seconds": 93.0,
        "notes": [],
    }


def comparison_document(name="tests/test_bench.py::test_many", subject="Look articles up in a set"):
    """A document as ``compare --json`` prints it."""
    speedup = {
        "point": 0.8,
        "low": 0.78,
        "high": 0.82,
        "level": 0.99,
        "blocks": 6,
        "noise_floor": 0.003,
        "clock": "cpu",
    }
    row = {
        "benchmark": name, "outcome": "slower", "speedup": speedup, "before_ns": 800.0, "after_ns": 1000.0, "problem": "",
        "lost": False, "notes": [], "functions": [], "memory": {}, "imports": None, "samples": [],
    }  # fmt: skip
    ref = {"name": "main", "commit": "a" * 40, "subject": subject}
    return {
        "schema": 1, "base": ref, "head": {**ref, "commit": "b" * 40}, "rows": [row], "delta": 0.02, "noise_floor": 0.003,
        "machine": {}, "seconds": 20.0, "inside_seconds": 18.0, "notes": [], "health": None,
    }  # fmt: skip


PLAIN = JobLine(
    id=1,
    kind="optimize-pull",
    repository="acme/shop",
    number=12,
    head="0123456789abcdef0123456789abcdef01234567",
    state="done",
    created_at=NOON,
    started_at=NOON + timedelta(seconds=3),
    finished_at=NOON + timedelta(seconds=96),
    outcome="success",
    attempts=1,
)


@frozen
class Book:
    """Jobs in memory."""

    details: dict[int, JobDetail]
    lines: tuple[RepositoryLine, ...]

    async def repositories(self, after):
        return [each for each in self.lines if each.name > after][: PAGE + 1]

    async def jobs(self, wanted):
        found = [
            each.line
            for each in sorted(self.details.values(), key=lambda each: -each.line.id)
            if wanted.state in ("", each.line.state)
            and wanted.kind in ("", each.line.kind)
            and wanted.repository in ("", each.line.repository)
            and (not wanted.before or each.line.id < wanted.before)
        ]
        return found[: PAGE + 1]

    async def job(self, number):
        return self.details.get(number)


class Ended:
    """Ended sessions in memory."""

    def __init__(self):
        self.names = {}

    async def add(self, name, until):
        self.names[name] = until

    async def has(self, name):
        return name in self.names


@pytest.fixture
def ended():
    """Nobody has logged out yet."""
    return Ended()


@pytest.fixture(scope="session")
def documents():
    """Makers of the engine's documents."""
    return optimized, run_document, comparison_document


@pytest.fixture(scope="session")
def hostile():
    """A text that would run, hide or rearrange something, where it is not escaped."""
    return HOSTILE


@pytest.fixture(scope="session")
def plain_job():
    return PLAIN


@pytest.fixture(scope="session")
def book():
    """Enough jobs for three pages; 201 is found, 202 a comparison, 203 hostile in everything, 204 waits."""
    details = {
        number: JobDetail(evolve(PLAIN, id=number, state="failed" if number % 2 else "done"))
        for number in range(1, 111)
    }
    more = (
        JobDetail(
            evolve(PLAIN, id=201),
            "One function can be faster",
            {"optimize": run_document(optimized(), optimized("shop/prices.py::tax", "rejected", reasons=["differs"]))},
            (("check", "https://github.com/acme/shop/runs/1"),),
        ),
        JobDetail(evolve(PLAIN, id=202, kind="report-push", number=None), "", {"compare": comparison_document()}),
        JobDetail(
            evolve(PLAIN, id=203, repository=HOSTILE, outcome=HOSTILE, head=HOSTILE),
            HOSTILE,
            {
                "optimize": run_document(optimized(HOSTILE, HOSTILE, HOSTILE, reasons=[HOSTILE])),
                "compare": comparison_document(HOSTILE, HOSTILE),
            },
            ((HOSTILE, f"javascript:{HOSTILE}"),),
        ),
        JobDetail(evolve(PLAIN, id=204, state="waiting", started_at=None, finished_at=None, outcome="")),
    )  # fmt: skip
    details |= {each.line.id: each for each in more}
    lines = (
        RepositoryLine(1, "acme/shop", "acme", False, NOON, 110, 1),
        RepositoryLine(2, HOSTILE, HOSTILE, True, NOON, 1, 0),
    )
    return Book(details, lines)


@pytest.fixture(scope="session")
def password():
    return PASSWORD


@pytest.fixture
def status_app(book):
    """``status_app(password)`` is an application with the pages of the book."""

    def make(secret, ended=None, **options):
        app, kept = FastAPI(), ended or Ended()
        app.include_router(status_router(secret, lambda request: book, lambda request: kept, **options))
        return app

    return make


@pytest.fixture(scope="module")
def status_address(book):
    """A server on loopback, with its address."""
    app, kept = FastAPI(), Ended()
    app.include_router(status_router(PASSWORD, lambda request: book, lambda request: kept))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listener.close()
