"""``codeflash-github-app serve``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import structlog

from codeflash_core.errors import PrerequisiteError
from codeflash_github_app.cli.opening import configure_logs, opened_resources, settings_with_database
from codeflash_github_app.settings import Settings
from codeflash_github_app.variables import PREFIX
from codeflash_web.allocator import steady_memory
from codeflash_web.listening import address_of, bound, serve

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 2.0
_log = structlog.get_logger("codeflash_github_app")


def run(options: argparse.Namespace) -> int:
    """Serve until the process is asked to end."""
    steady_memory()
    with (
        bound(options.host, options.port) as listening,
        settings_with_database(options.data, _import, alone=True) as settings,
    ):
        worker = settings.can_work if options.worker is None else options.worker
        if worker and not settings.can_work:
            raise PrerequisiteError(
                f"a worker needs {PREFIX}ID and {PREFIX}PRIVATE_KEY_FILE",
                "Set them, or serve with --no-worker. See: codeflash-github-app doctor",
            )
        configure_logs()

        def listens() -> None:
            for line in _missing(settings, worker):
                print(line)
            print(f"listening on {address_of(listening)}", flush=True)

        async def whole() -> bool:
            from codeflash_github_app.app import create_app

            async with opened_resources(settings) as resources, _beside(settings, options.data, worker):
                return await serve(create_app(resources), [listening], listens)

        if not asyncio.run(whole()):
            raise PrerequisiteError("the app could not start", "The log says why.")
    return 0


def _import() -> None:
    """Import what takes a second, while Postgres starts."""
    import_module("codeflash_github_app.app")
    import_module("alembic.command")


def _missing(settings: Settings, worker: bool) -> list[str]:
    told = []
    if not settings.secret:
        told.append(f"the webhook is off: {PREFIX}WEBHOOK_SECRET is not set")
    if not settings.password:
        told.append(f"the status pages are off: {PREFIX}STATUS_PASSWORD is not set")
    if not worker:
        told.append("no worker runs here: codeflash-github-app work does the work")
    return told


@contextlib.asynccontextmanager
async def _beside(settings: Settings, data: Path, wanted: bool) -> AsyncIterator[None]:
    """Keep a worker running for as long as the block runs: a process of its own, so that neither can stop the other."""
    if not wanted:
        yield
        return
    keeping = asyncio.create_task(_kept(settings, data))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _kept(settings: Settings, data: Path) -> None:
    import os

    environment = {**os.environ, "DATABASE_URL": settings.database_url}
    words = (sys.executable, "-m", "codeflash_github_app", "work", "--until-eof", f"--data={data}")
    while True:
        worker = await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, env=environment
        )
        try:
            code = await worker.wait()
            _log.warning("the worker ended and is started again", code=code)
            await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await _ended(worker)


async def _ended(worker: asyncio.subprocess.Process) -> None:
    """Let it give its jobs back, for a while."""
    if worker.returncode is not None:
        return
    assert worker.stdin is not None
    worker.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await worker.wait()
    except TimeoutError:
        worker.kill()
        await worker.wait()
