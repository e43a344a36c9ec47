import os
import stat
from pathlib import Path

import pytest

from codeflash_core.errors import GitHubError
from codeflash_github_app.jobs.cloning import Gone, TooLarge, clone

NAME = "acme/shop"
LIMITS = {"largest": 50 << 20, "seconds": 60.0}


@pytest.fixture
def remote(world):
    async def made():
        async with world.host().remote(world.repository, "read") as there:
            return there

    return made


@pytest.fixture
def evil(world):
    """A commit with all that a checkout may fall over."""
    project = world.project
    project.write("src/shop/plain.py", "def f():\n    return 1\n")
    (project.checkout / "link").symlink_to("/etc/passwd")
    (project.checkout / "folder").symlink_to("/", target_is_directory=True)
    project.write(".gitattributes", "*.py filter=evil\n* text=auto eol=crlf\n")
    project.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c false\n')
    project.write("a`b$(c)<d>\n-e.py", "def g():\n    return 1\n")
    project.git("add", "-A")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    project.git("commit", "-q", "-m", "Evil")
    project.git("push", "-q", "upstream", "main")
    return project.git("rev-parse", "HEAD")


async def test_only_the_commits_come_without_history_and_without_the_token(world, remote, tmp_path):
    world.write_base("more.txt", "more")
    head = world.project.git("rev-parse", "HEAD")
    there = await remote()
    place = await clone(there, (head, world.project.start), tmp_path / "c", **LIMITS)
    assert (place / "more.txt").read_text() == "more"
    assert len(world.project.git("log", "--oneline", head, at=place).splitlines()) == 1
    for folder, _, files in os.walk(place):
        for name in files:
            assert there.token.encode() not in (Path(folder) / name).read_bytes()
    assert "[remote" not in (place / ".git/config").read_text()
    assert not [each for each in (place / ".git/hooks").glob("*") if each.suffix != ".sample"]


async def test_links_are_files_and_nothing_of_the_repository_is_run(world, remote, evil, tmp_path):
    place = await clone(await remote(), (evil,), tmp_path / "c", **LIMITS)
    for name in ("link", "folder"):
        assert stat.S_ISREG((place / name).lstat().st_mode)
    assert (place / "link").read_text() == "/etc/passwd"
    assert list((place / "x").iterdir()) == []


async def test_a_clone_that_is_whole_is_taken_as_it_is(world, remote, tmp_path):
    there, start = await remote(), world.project.start
    place = await clone(there, (start,), tmp_path / "c", **LIMITS)
    (place / "mark").touch()
    await clone(there, (start,), tmp_path / "c", **LIMITS)
    assert (place / "mark").exists()
    (place / ".git/codeflash-ready").unlink()
    await clone(there, (start,), tmp_path / "c", **LIMITS)
    assert not (place / "mark").exists()


async def test_a_commit_that_is_gone_is_told(remote, tmp_path):
    with pytest.raises(Gone):
        await clone(await remote(), ("f" * 40,), tmp_path / "c", **LIMITS)


async def test_what_is_small_when_packed_and_large_on_the_disk_is_refused(world, remote, tmp_path):
    world.write_base("zeros.txt", "0" * 5_000_000)
    head = world.project.git("rev-parse", "HEAD")
    with pytest.raises(TooLarge, match="more than 3 MiB"):
        await clone(await remote(), (head,), tmp_path / "c", largest=3 << 20, seconds=60.0)
    assert not (tmp_path / "c/zeros.txt").exists()


async def test_a_server_that_fails_is_asked_again_later(world, remote, tmp_path):
    there = await remote()
    world.github.go_wrong("GET", "/acme/shop.git/info/refs", status=502)
    with pytest.raises(GitHubError, match="git can't fetch the repository") as told:
        await clone(there, (world.project.start,), tmp_path / "c", **LIMITS)
    assert told.value.passing
    assert there.token not in str(told.value)


async def test_a_token_that_is_not_enough_is_told(world, remote, tmp_path):
    there = await remote()
    world.github.grants[there.token]["permissions"] = {}
    with pytest.raises(GitHubError) as told:
        await clone(there, (world.project.start,), tmp_path / "c", **LIMITS)
    assert (told.value.passing, told.value.status) == (False, 403)


async def test_a_server_that_sends_us_elsewhere_is_not_followed(world, remote, tmp_path):
    there = await remote()
    world.github.go_wrong(
        "GET", "/acme/shop.git/info/refs", status=302, headers={"Location": "http://127.0.0.2:9/x"}
    )
    with pytest.raises(GitHubError):
        await clone(there, (world.project.start,), tmp_path / "c", **LIMITS)
