"""The running service does what its OpenAPI document says, for whatever the document allows."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import update

from codeflash_api.app import create_app
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.tables import plans
from codeflash_api.settings import Settings
from codeflash_postgres.database import Database, open_database
from codeflash_web.listening import bound

pytestmark = pytest.mark.slow

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# 501 to 504 are answers of ours: no model, no GitHub app. A NUL is text for JSON and for Postgres it is not.
CONFIGURATION = """\
[checks.not_a_server_error]
expected-statuses = ["2xx", "4xx", 501, 502, 503, 504]
[generation]
allow-x00 = false
"""
UNLIMITED = 1_000_000


class Quiet(uvicorn.Server):
    """A server in a thread."""

    def install_signal_handlers(self) -> None:
        pass


@pytest.fixture
def address(settings: Settings, database: Database, database_url: str) -> Iterator[str]:
    """Where the service listens."""
    listening: socket.socket = bound("127.0.0.1", 0)
    server = Quiet(uvicorn.Config(create_app(settings), log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield "http://{}:{}".format(*listening.getsockname())
    server.should_exit = True
    thread.join()
    listening.close()


async def unlimited_key(url: str) -> str:
    opened = open_database(url)
    try:
        key = await create_key(opened, NewKey(per_minute=UNLIMITED))
        async with opened.begin() as connection:
            await connection.execute(update(plans).values(per_minute=UNLIMITED))
        return key
    finally:
        await opened.close()


def test_requests_of_all_kinds_are_answered_as_documented(
    address: str, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    key = asyncio.run(unlimited_key(database_url))
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("st")),
            "run",
            f"{address}/openapi.json",
            f"--header=Authorization: Bearer {key}",
            f"--checks={CHECKS}",
            "--phases=examples,fuzzing",
            "--max-examples=3",
            "--generation-deterministic",
            "--continue-on-failure",
            "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
