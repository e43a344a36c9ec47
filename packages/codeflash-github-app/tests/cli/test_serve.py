"""The app as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from codeflash_github_app.webhook.verify import signature

pytestmark = pytest.mark.slow

SECRET = "it is a secret to everybody"
PUSH = {
    "ref": "refs/heads/main",
    "before": "a" * 40,
    "after": "b" * 40,
    "created": False,
    "deleted": False,
    "installation": {"id": 7},
    "repository": {"id": 11, "full_name": "acme/shop", "default_branch": "main"},
    "sender": {"login": "ada"},
}


class Process:
    """A running server.

    Attributes:
        process: The process.
        lines: What it printed until it listened.
    """

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "codeflash_github_app", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.process.stdout is not None
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if line.startswith("listening on"):
                break

    @property
    def address(self) -> str:
        return self.lines[-1].removeprefix("listening on ")

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def send(self, delivery: str) -> httpx2.Response:
        body = json.dumps(PUSH).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": signature(SECRET.encode(), body),
        }
        return httpx2.post(f"{self.address}/webhook", content=body, headers=headers, timeout=30)

    def end(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Its exit code and what it said on standard error."""
        if number is not None:
            self.process.send_signal(number)
        _, err = self.process.communicate(timeout=60)
        return self.process.returncode, err


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A private key that GitHub never saw."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return file


@pytest.fixture
def start(
    database: Any, database_url: str, tmp_path: Path, key_file: Path, unused_port: int
) -> Iterator[Callable[..., Process]]:
    """``start("serve", CODEFLASH_APP_ID="1")`` runs the program on the test's database."""
    started: list[Process] = []
    usual = {name: value for name, value in os.environ.items() if not name.startswith("CODEFLASH_APP_")}
    usual |= {
        "DATABASE_URL": database_url,
        # Nobody is there: what a job would ask is not asked of the real one.
        "GITHUB_API_URL": f"http://127.0.0.1:{unused_port}",
        "CODEFLASH_APP_DATA": str(tmp_path / "data"),
    }

    def run(*words: str, **environment: str) -> Process:
        made = Process(list(words), usual | environment)
        started.append(made)
        return made

    yield run
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


@pytest.fixture
def whole(key_file: Path) -> dict[str, str]:
    """Everything that a worker needs."""
    return {
        "CODEFLASH_APP_ID": "29310",
        "CODEFLASH_APP_PRIVATE_KEY_FILE": str(key_file),
        "CODEFLASH_APP_WEBHOOK_SECRET": SECRET,
        "CODEFLASH_APP_STATUS_PASSWORD": "correct horse battery",
    }


def until(seen: Callable[[], bool]) -> None:
    for _ in range(600):
        if seen():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_with_nothing_configured_it_says_what_is_off_and_serves(start: Callable[..., Process]) -> None:
    app = start("serve", "--port=0")
    assert [line.partition(":")[0] for line in app.lines[:-1]] == [
        "the webhook is off",
        "the status pages are off",
        "no worker runs here",
    ]
    assert httpx2.get(f"{app.address}/readyz", timeout=30).json()["status"] == "ready"
    assert app.send("d-1").status_code == 404
    assert httpx2.get(f"{app.address}/status", timeout=30).status_code == 404
    code, err = app.end(signal.SIGTERM)
    assert code == 0, err


def test_a_delivery_reaches_the_worker_and_both_end_together(
    start: Callable[..., Process], whole: dict[str, str], database_url: str
) -> None:
    app = start("serve", "--port=0", **whole)
    assert len(app.lines) == 1
    assert app.send("d-1").status_code == 202
    rows = Rows(database_url)
    until(lambda: rows.ask("select outcome from deliveries") == ["routed"])
    until(lambda: rows.ask("select started_at is not null from jobs") == [True])
    workers = app.workers()
    assert workers
    code, err = app.end(signal.SIGINT)
    assert code == 0, err
    assert psutil.wait_procs(workers, timeout=30)[1] == []
    assert SECRET not in err
    # Whatever it was doing is to be done.
    assert rows.ask("select state from jobs") == ["waiting"]


def test_a_worker_that_dies_is_started_again_and_ends_with_a_server_that_is_killed(
    start: Callable[..., Process], whole: dict[str, str]
) -> None:
    app = start("serve", "--port=0", **whole)
    until(lambda: bool(app.workers()))
    (first, *_) = app.workers()
    first.kill()
    until(lambda: any(each.pid != first.pid for each in app.workers()))
    workers = app.workers()
    app.end(signal.SIGKILL)
    assert psutil.wait_procs(workers, timeout=60)[1] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["work"], "a worker needs CODEFLASH_APP_ID"),
        (["serve", "--port=0", "--with-worker"], "a worker needs CODEFLASH_APP_ID"),
        (["serve", "--port=x"], "not a port"),
        (["serve", "--port=0", "--with-worker", "--no-worker"], "not allowed with"),
        (["fly"], "is wanted, not fly"),
        ([], "a command is wanted"),
    ],
)
def test_what_cannot_be_done_is_told(start: Callable[..., Process], words: list[str], said: str) -> None:
    code, err = start(*words).end()
    assert code == 2
    assert said in err


def test_a_port_in_use_is_told_before_anything_starts(start: Callable[..., Process], taken_port: int) -> None:
    code, err = start("serve", f"--port={taken_port}").end()
    assert code == 2
    assert "can't listen on" in err


def test_a_key_that_cannot_be_read_is_told_at_once(
    start: Callable[..., Process], whole: dict[str, str]
) -> None:
    code, err = start("work", **{**whole, "CODEFLASH_APP_PRIVATE_KEY_FILE": "/nowhere/key.pem"}).end()
    assert code == 2
    assert "private key can't be read" in err


class Rows:
    """Asks the database from a test that is not async."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, statement: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self._url) as connection:
            return [row[0] for row in connection.execute(statement.encode()).fetchall()]
