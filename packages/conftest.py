"""A real Postgres for every test that uses a database: one per test process, for all packages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from codeflash_postgres.embedded.server import EmbeddedPostgres


@pytest.fixture(scope="session")
def embedded_postgres() -> Iterator[EmbeddedPostgres]:
    """A running Postgres. Each package works in a database of its own in it."""
    from codeflash_postgres.embedded.server import EmbeddedPostgres

    # Tests lose nothing when the machine does.
    fast = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}
    # A short path: Unix sockets allow about a hundred characters.
    with (
        tempfile.TemporaryDirectory(prefix="codeflash-") as folder,
        EmbeddedPostgres(Path(folder) / "pg", fast) as server,
    ):
        yield server
