"""``codeflash-api serve``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import socket
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from codeflash_api.cli.opening import settings_with_database
from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_web.allocator import steady_memory
from codeflash_web.listening import address_of, bound, serve

if TYPE_CHECKING:
    from codeflash_api.settings import Settings

YOUNG = 50_000
"""New objects at which the garbage collector looks for cycles, instead of 700.

The trees of one request are tens of thousands of objects, and none of them waits for the collector: it would visit them
some thirty times, while every other request waits.
"""

TURN_SECONDS = 0.001
"""Longest time that a thread works on while another one waits, instead of 0.005.

Rules work in threads. Each time that the event loop wakes meanwhile it waits for its turn, and a request wakes it several
times.
"""


def run(options: argparse.Namespace) -> int:
    """Serve until the process is asked to end."""
    steady_memory()
    sys.setswitchinterval(TURN_SECONDS)
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    with _sockets(options) as sockets, settings_with_database(options.data, _import, alone=True) as settings:
        from codeflash_web import logs

        logs.configure()
        asyncio.run(_serve(settings, sockets))
    return 0


def _import() -> None:
    """Import what takes a second, while Postgres starts; none of it is garbage, now or later."""
    gc.disable()
    try:
        import_module("codeflash_api.app").routers()
        import_module("alembic.command")
    finally:
        gc.freeze()
        gc.enable()


@contextlib.contextmanager
def _sockets(options: argparse.Namespace) -> Iterator[list[socket.socket]]:
    """The ports are taken before anything is started, and listened to when all is ready."""
    ports = [options.port] if options.no_companion_port else [options.port, options.companion_port]
    if len(ports) == 2 and ports[0] == ports[1] != 0:
        raise UsageError(f"both ports are {ports[0]}", "Choose another one, or --no-companion-port.")
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(bound(options.host, port)) for port in ports]


async def _serve(settings: Settings, sockets: list[socket.socket]) -> None:
    from codeflash_api.app import create_app
    from codeflash_api.auth.first_key import make_first_key
    from codeflash_api.db.migrating import upgrade
    from codeflash_api.db.opening import configured
    from codeflash_api.llm.registry import build_chains

    database = configured(settings)
    try:
        await upgrade(database)
        # What is wrong with a provider's settings is said before anything is made.
        chains = build_chains(settings)
        key = await make_first_key(database, settings.first_key)
        if key:
            told = "the one of CODEFLASH_API_FIRST_KEY" if settings.first_key else f"{key} (shown only now)"
            print(f"first API key: {told}", flush=True)
        app = create_app(settings, database=database, chains=chains)

        def listens() -> None:
            # The application and its statements stay too, from here on.
            gc.freeze()
            print(f"listening on {' and '.join(map(address_of, sockets))}", flush=True)

        if not await serve(app, sockets, listens):
            raise PrerequisiteError("the service could not start", "The log says why.")
    finally:
        await database.close()
