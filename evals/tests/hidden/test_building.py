"""Versions that are built before they run; the sandbox is the real one."""

import pytest

from codeflash_core.sandbox import Mode, detect
from codeflash_evals.hidden.behaviour import Word, same_behaviour
from codeflash_evals.hidden.building import Build
from codeflash_evals.hidden.chamber import OURS, Chamber
from codeflash_evals.hidden.failing import Failed

pytestmark = pytest.mark.slow

COMPILER = """
test -e word.txt || { echo "no word to build" >&2; exit 3; }
printf '#!/bin/sh\\necho %s; ls "${XDG_CACHE_HOME:-/none}" 2>/dev/null; exit 4\\n' "$(cat word.txt)" > program
chmod +x program
echo built >> "$XDG_CACHE_HOME/builds"
"""
RUN = {"way": "command", "words": ["./program"]}


@pytest.fixture
def chamber(tmp_path):
    """A chamber over a project whose program is made by a shell script."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "word.txt").write_text("before")
    build = Build(("sh", "-c", COMPILER), tmp_path / "scratch" / "cache")
    return Chamber(detect(Mode.AUTO), tmp_path / "scratch", project, None, OURS, build)


async def test_a_version_is_built_once_and_runs_in_copies_of_that(chamber, tmp_path):
    version = chamber.version("before", {})
    answers = [await chamber.ask(version, RUN, wall_seconds=30) for _ in range(2)]
    assert [(each["code"], each["calls"][0]["shown"]) for each in answers] == [(4, "exit 4: before\n")] * 2
    assert (tmp_path / "scratch" / "cache" / "builds").read_text() == "built\n"


async def test_each_version_is_built_from_its_own_files(chamber, tmp_path):
    before, after = chamber.version("before", {}), chamber.version("after", {"word.txt": b"after"})
    found = await same_behaviour(chamber, before, after, RUN)
    assert (found.word, "after" in found.where) == (Word.DIFFERENT, True)
    # The tools may keep what helps the next build.
    assert (tmp_path / "scratch" / "cache" / "builds").read_text() == "built\nbuilt\n"


async def test_a_version_that_can_not_be_built_says_why_and_differs(chamber):
    before, after = chamber.version("before", {}), chamber.version("after", {"word.txt": None})
    failed = await chamber.ask(after, RUN, wall_seconds=30)
    assert failed == Failed("it could not be built (exit 3): no word to build")
    assert (await same_behaviour(chamber, before, after, RUN)).word is Word.DIFFERENT
