"""``codeflash-github-app work``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys

from codeflash_core.errors import PrerequisiteError
from codeflash_github_app.cli.opening import configure_logs, opened_resources, settings_with_database
from codeflash_github_app.settings import Settings
from codeflash_github_app.variables import PREFIX
from codeflash_web.allocator import steady_memory


def run(options: argparse.Namespace) -> int:
    """Work until the process is asked to end."""
    steady_memory()
    with settings_with_database(options.data) as settings:
        if not settings.can_work:
            raise PrerequisiteError(
                f"a worker needs {PREFIX}ID and {PREFIX}PRIVATE_KEY_FILE",
                "Both come from the app's page on GitHub. See: codeflash-github-app doctor",
            )
        # What is wrong with the key's file is said at once.
        settings.private_key()
        configure_logs()
        asyncio.run(_work(settings, until_eof=options.until_eof))
    return 0


async def _work(settings: Settings, *, until_eof: bool) -> None:
    from codeflash_github_app.jobs.running import run as run_job
    from codeflash_github_app.queue.house import House, tokens_of
    from codeflash_github_app.queue.timing import Timing
    from codeflash_github_app.queue.working import work

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if until_eof:
        _when_parent_ends(loop, stopping)
    async with opened_resources(settings) as resources:
        house = House(
            settings,
            resources.database,
            resources.queue,
            run_job,
            tokens_of(settings),
            Timing(settings.lease),
        )
        print("working", flush=True)
        await work(house, stopping)


def _when_parent_ends(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    """End when the other end of standard input is closed: by whom started us, or by the end of it."""
    descriptor = sys.stdin.fileno()

    def readable() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            stopping.set()

    loop.add_reader(descriptor, readable)
