import subprocess

import pytest

from codeflash_core.errors import StageError
from codeflash_github_app.jobs.contents import Change, blob, changes, contents, sizes

ODD = "a`b$(c)<d>\n-e.py"


@pytest.fixture
def git(tmp_path):
    def run(*words, text=""):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.test")
        done = subprocess.run(
            ["git", *who, *words], cwd=tmp_path, input=text, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    run("init", "-q")
    return run


@pytest.fixture
def versions(git, tmp_path):
    """Two commits: a file is changed, one is new, one is gone, and one stands for another repository."""
    for name in ("changed.py", "gone.py", "same.py"):
        (tmp_path / name).write_text(f"{name}\n")
    git("add", "-A")
    git("commit", "-q", "-m", "1")
    base = git("rev-parse", "HEAD")
    (tmp_path / "gone.py").unlink()
    (tmp_path / "changed.py").write_bytes(b"\0\xff\n\n")
    (tmp_path / ODD).write_text("")
    git("add", "-A")
    git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x.py")
    git("commit", "-q", "-m", "2")
    return base, git("rev-parse", "HEAD")


async def test_new_and_changed_files_are_found_with_their_odd_names(git, versions, tmp_path):
    base, head = versions
    found = {each.path: each for each in await changes(tmp_path, base, head)}
    assert set(found) == {"changed.py", ODD, "x.py"}
    assert found["changed.py"] == Change(
        "changed.py", git("rev-parse", f"{base}:changed.py"), git("rev-parse", f"{head}:changed.py")
    )
    assert found[ODD].before == ""
    assert await changes(tmp_path, base, base) == ()


async def test_files_are_read_as_they_are_and_what_is_none_is_left_out(versions, tmp_path):
    found = {each.path: each for each in await changes(tmp_path, *versions)}
    names = [found["changed.py"].before, found["changed.py"].after, found[ODD].after, found["x.py"].after]
    size = await sizes(tmp_path, names)
    assert [size.get(name) for name in names] == [11, 4, 0, None]
    assert list((await contents(tmp_path, names[:3], 100)).values()) == [b"changed.py\n", b"\0\xff\n\n", b""]
    assert (await sizes(tmp_path, ()), await contents(tmp_path, (), 0)) == ({}, {})


async def test_no_more_is_read_than_was_said(git, tmp_path):
    name = git("hash-object", "-w", "--stdin", text="x" * 10_000)
    with pytest.raises(StageError, match="told of more than"):
        await contents(tmp_path, [name], 10)


async def test_a_file_of_a_commit(versions, tmp_path):
    assert await blob(tmp_path, versions[0], "gone.py", 1000) == b"gone.py\n"
    assert await blob(tmp_path, versions[1], "gone.py", 1000) == b""
    assert await blob(tmp_path, versions[0], "gone.py", 3) is None


async def test_commits_that_are_not_there_are_told(versions, tmp_path):
    with pytest.raises(StageError, match="git diff failed"):
        await changes(tmp_path, versions[0], "f" * 40)
