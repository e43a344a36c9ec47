"""What the pages and the webhook share for as long as the app runs."""

from __future__ import annotations

from attrs import frozen

from codeflash_github_app.queue.broker import Queue
from codeflash_github_app.settings import Settings
from codeflash_postgres.database import Database


@frozen
class Resources:
    """Made once, and found by endpoints in ``request.app.state.resources``.

    Attributes:
        settings: The settings.
        database: Connections.
        queue: Where work is put.
    """

    settings: Settings
    database: Database
    queue: Queue
