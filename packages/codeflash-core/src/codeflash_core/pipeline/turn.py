"""One run at a time on a machine: figures taken side by side would disturb each other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.records.journal import disk_errors, locked

TURN = "turn.lock"
"""The file in the state folder whose lock is the turn; the system gives it back when its holder dies."""
POLL_SECONDS = 0.2
TOLD_EVERY = 50
"""Polls after which a waiting run says again that it waits."""


@contextlib.asynccontextmanager
async def taking_turns(state: Path, emit: Listener) -> AsyncIterator[None]:
    """Wait until no other run of the same state folder is under way, in this process or another.

    Args:
        state: The state folder.
        emit: Hears that it waits.

    Raises:
        StageError: The state folder can't be written.
    """
    with _opened(state / TURN) as file:
        polls = 0
        while not locked(file, shared=False):
            if polls % TOLD_EVERY == 0:
                emit(
                    Progressed(
                        "wait", "", "another run is measuring on this machine; this one waits for its end"
                    )
                )
            polls += 1
            await asyncio.sleep(POLL_SECONDS)
        yield


def _opened(path: Path) -> BinaryIO:
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
