"""A loopback GitHub in front of real repositories."""

import asyncio
import sys
from pathlib import Path

import pytest

TOOLS = str(Path(__file__).resolve().parents[4] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback import app_github, forked, github  # noqa: E402 (found through the path above)

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


@pytest.fixture
def app_server(project):
    """GitHub as an app sees it; a token of it may do everything."""
    known = app_github.AppGitHub(
        app=7, public_key=b"", repositories={"acme/shop": project.upstream}, ids={"acme/shop": 11}
    )
    everything = dict.fromkeys(("checks", "pull_requests", "contents"), "write")
    known.grants[TOKEN] = {"repositories": {11}, "permissions": everything}
    with app_github.app_github(known):
        yield known


@pytest.fixture
def ask_as_app(app_server):
    """``ask_as_app(lambda api: ...)``."""

    def run(question):
        async def asked():
            async with GitHub(Access(app_server.url, TOKEN)) as api:
                return await question(api)

        return asyncio.run(asked())

    return run
