"""What the pages and the webhook share for as long as the app runs."""

from __future__ import annotations

import asyncio

from attrs import field, frozen

from codeflash_github_app.queue.broker import Queue
from codeflash_github_app.settings import Settings
from codeflash_postgres.database import Database

LARGE_AT_ONCE = 4


@frozen
class Resources:
    """Made once, and found by endpoints in ``request.app.state.resources``.

    Attributes:
        settings: The settings.
        database: Connections.
        queue: Where work is put.
        large: Held by each large body that is read: so many of them, and no more, are in memory at once.
    """

    settings: Settings
    database: Database
    queue: Queue
    large: asyncio.Semaphore = field(factory=lambda: asyncio.Semaphore(LARGE_AT_ONCE))
