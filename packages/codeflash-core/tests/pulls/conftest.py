"""A case about a project with upstream, fork and checkout, behind a loopback GitHub."""

import asyncio
import sys
from pathlib import Path

import pytest

TOOLS = str(Path(__file__).resolve().parents[4] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback import forked, github  # noqa: E402 (found through the path above)

from codeflash_core.cases.recording import Recorded, record  # noqa: E402
from codeflash_core.git.repository import find_repository  # noqa: E402
from codeflash_core.github.access import Access  # noqa: E402
from codeflash_core.github.api import GitHub  # noqa: E402
from codeflash_core.pulls.opening import Asked, draft_of  # noqa: E402
from codeflash_core.pulls.sending import send  # noqa: E402
from codeflash_core.records.case_place import CasePlace  # noqa: E402

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
NAMES = {"upstream": "acme/shop", "fork": "ada/shop"}


class Job:
    """A case, its project, and GitHub."""

    def __init__(self, root, server_page=100):
        self.project = forked.Forked(root)
        self.place = CasePlace(root / "cases", "ada", "acme", "shop")
        self.told = []

    @property
    def repository(self):
        return find_repository(self.project.checkout)

    def record(self, head, base="", description="look articles up in a set.", **result):
        document = forked.comparison(base or self.project.start, head, **result)
        told = Recorded("set", description, "cpu", "2026-11-28T12:00:00Z")
        return record(self.place, [forked.encoded(document)], told)[0].iteration

    def changed(self, branch="perf/set", edit=forked.SET, **result):
        """A branch with a change that was recorded as a gain."""
        head = self.project.change(branch, edit)
        self.record(head, **result)
        return head

    def draft(self, **asked):
        return draft_of(self.place, self.repository, Asked(**{**NAMES, **asked}))

    def send(self, server, prepared=None, anyway=False, **asked):
        async def sending():
            async with GitHub(Access(server.url, TOKEN)) as api:
                return await send(
                    prepared or self.draft(**asked), self.place, self.repository, api,
                    anyway=anyway, tell=self.told.append,
                )  # fmt: skip

        return asyncio.run(sending())


@pytest.fixture
def job(tmp_path):
    return Job(tmp_path)


@pytest.fixture
def server(job):
    known = github.GitHub(
        TOKEN,
        {"acme/shop": job.project.upstream, "ada/shop": job.project.fork},
        {"ada/shop": "acme/shop"},
    )
    with github.github(known):
        yield known
