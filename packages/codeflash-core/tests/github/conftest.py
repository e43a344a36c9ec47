"""A loopback GitHub in front of real repositories."""

import asyncio
import sys
from pathlib import Path

import pytest

TOOLS = str(Path(__file__).resolve().parents[4] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback import forked, github  # noqa: E402 (found through the path above)

from codeflash_core.github.access import Access  # noqa: E402
from codeflash_core.github.api import GitHub  # noqa: E402

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.fixture
def project(tmp_path):
    return forked.Forked(tmp_path)


@pytest.fixture
def server(project):
    known = github.GitHub(
        TOKEN, {"acme/shop": project.upstream, "ada/shop": project.fork}, {"ada/shop": "acme/shop"}
    )
    with github.github(known):
        yield known


@pytest.fixture
def ask(server):
    """``ask(lambda api: api.repository("acme/shop"))``."""

    def run(question, token=TOKEN, url=""):
        async def asked():
            async with GitHub(Access(url or server.url, token)) as api:
                return await question(api)

        return asyncio.run(asked())

    return run
