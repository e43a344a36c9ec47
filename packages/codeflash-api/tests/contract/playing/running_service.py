"""The service as a process, and vendors that it reaches over loopback."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from attrs import frozen
from openai_wire import says
from wire import Asked, Line, Server, listening, status

FIRST_KEY = "cf-first-key-of-the-contract-tests"
APP_KEY = "app-key-of-the-contract-tests"
_UNSET = re.compile(r"DATABASE_URL|CODEFLASH_API_.*|\w+_proxy", re.IGNORECASE)


@frozen
class Service:
    """A running service and a client that may do everything.

    Attributes:
        main: Where the AI endpoints are expected.
        companion: Where the companion endpoints are expected.
        key: Of the client.
        log: What the process writes.
        client: Sends the key.
    """

    main: str
    companion: str
    key: str
    log: Path
    client: httpx2.Client

    def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        """What it answers where a client asks it."""
        address = self.companion if path.startswith("/cfapi") else self.main
        return self.client.post(address + path, json=body, headers=headers)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """What it answers to a question of the companion API."""
        return self.client.get(self.companion + path, headers=headers)


@frozen
class Plain:
    """The service with nothing configured.

    Attributes:
        service: The service.
        url: Its database.
    """

    service: Service
    url: str


@frozen
class Modelled:
    """The service with a model.

    Attributes:
        service: The service.
        model: The model's server.
        app: The GitHub app.
    """

    service: Service
    model: Server
    app: Server

    def says(self, text: str) -> Service:
        """The service, whose model says a text from now on."""
        self.model.then(says(text))
        return self.service


@contextmanager
def serving(data: Path, environment: Mapping[str, str]) -> Iterator[tuple[list[str], Path]]:
    """``codeflash-api serve`` on free ports; it ends well.

    Args:
        data: Its data folder.
        environment: What is set.

    Yields:
        What it printed until it listened, and where its log is.
    """
    inherited = {name: value for name, value in os.environ.items() if not _UNSET.fullmatch(name)}
    words = ["serve", "--port=0", "--companion-port=0", f"--data={data}"]
    data.parent.mkdir(parents=True, exist_ok=True)
    log = data.with_suffix(".log")
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "codeflash_api", *words],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**inherited, **environment},
        )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("listening on"):
                break
        assert lines, log.read_text(encoding="utf-8")
        yield lines, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0, log.read_text(encoding="utf-8")[-4000:]


@contextmanager
def client_of(lines: list[str], key: str, log: Path) -> Iterator[Service]:
    """The service as a client sees it."""
    main, companion = re.findall(r"http://\S+", lines[-1])
    with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False) as client:
        yield Service(main, companion, key, log, client)


@contextmanager
def vendor(server: Server) -> Iterator[Server]:
    """A scripted server in a thread of its own."""
    ready = threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def work() -> None:
        async with listening(server):
            over = asyncio.Event()
            loops.append((asyncio.get_running_loop(), over))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    assert ready.wait(30)
    try:
        yield server
    finally:
        loop, over = loops[0]
        loop.call_soon_threadsafe(over.set)
        thread.join()


def github_app() -> Server:
    """An app that may write to the repositories of acme only."""

    def answering(asked: Asked) -> Any:
        if asked.headers.get("authorization") != f"Bearer {APP_KEY}":
            return status(401, {"error": "who are you?"})
        if asked.method == "GET":
            known = asked.path.startswith("/installations/acme/")
            return status(200, {"installed": True}) if known else status(404, {"error": "not installed"})
        owner = asked.json["owner"]
        return {"acme": _delivered, "": _delivered, "forbidden": status(403, {"error": "read only"})}.get(
            owner, status(404, {"error": "not installed there"})
        )

    return Server(answering)


async def _delivered(asked: Asked, line: Line) -> None:
    await line.answer(200, {"pr_number": 7, "pr_url": "https://example.com/acme/up-demo/pull/7"})
