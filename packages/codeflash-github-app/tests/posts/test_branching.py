import os
import shutil
import subprocess

import pytest

from codeflash_core.errors import DeliveryError, GitHubError
from codeflash_github_app.posts.branching import Branch, branch_name, push_branch, write_branch
from codeflash_github_app.remotes import Remote

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-slow\n+fast\n"


@pytest.fixture
def git(tmp_path):
    """``git(*words)`` in a small repository with one commit."""
    place = tmp_path / "clone"
    place.mkdir()

    def run(*words, at=place):
        done = subprocess.run(["git", *words], cwd=at, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    (place / "x.py").write_text("slow\n")
    run("add", "-A")
    run("-c", "user.name=Ada", "-c", "user.email=ada@example.test", "commit", "-q", "-m", "Start")
    run.place, run.start = place, run("rev-parse", "HEAD")
    return run


async def test_the_same_change_is_the_same_commit(git):
    made = [await write_branch(git.place, git.start, "codeflash/1/a", DIFF, "Speed up") for _ in range(2)]
    assert made[0] == made[1]
    assert git("show", f"{made[0].commit}:x.py") == "fast"
    assert (
        git("log", "-1", "--format=%an %s %cI", made[0].commit)
        == f"codeflash Speed up {git('log', '-1', '--format=%cI')}"
    )
    # The branch, the index and the files that are checked out stay as they are.
    assert git("status", "--porcelain") == ""
    assert git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


async def test_a_change_that_does_not_apply_is_told(git):
    with pytest.raises(DeliveryError, match="does not apply"):
        await write_branch(git.place, git.start, "b", DIFF.replace("slow", "other"), "m")


async def test_a_change_outside_of_the_repository_does_not_apply(git):
    evil = "--- /dev/null\n+++ b/../evil.py\n@@ -0,0 +1 @@\n+evil\n"
    with pytest.raises(DeliveryError):
        await write_branch(git.place, git.start, "b", evil, "m")


async def test_git_heeds_no_settings_of_this_machine_and_knows_nothing_of_ours(git, monkeypatch, tmp_path):
    settings, seen = tmp_path / "settings", tmp_path / "seen"
    settings.write_text(
        "[apply]\n\twhitespace = error-all\n[commit]\n\tgpgSign = true\n[i18n]\n\tcommitEncoding = ascii\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("CODEFLASH_APP_WEBHOOK_SECRET", "hidden")
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nenv >> {seen}\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    made = await write_branch(git.place, git.start, "codeflash/1/a", DIFF, "Speed up")
    with pytest.raises(GitHubError):
        await push_branch(git.place, Remote("http://127.0.0.1:9/acme/shop.git", "t"), made)
    told = seen.read_text()
    assert "GIT_INDEX_FILE=" in told
    assert "hidden" not in told
    assert str(settings) not in told
    assert f"HOME={tmp_path}" not in told


@pytest.mark.parametrize(
    ("candidate", "name"), [("abc123def456", "abc123def4"), ("", "change"), ("../--x y", "xy"), ("ÄB", "b")]
)
def test_a_branch_has_a_name_that_git_takes(candidate, name):
    assert branch_name(7, candidate) == f"codeflash/7/{name}"


async def test_a_server_that_is_not_there_is_asked_again_later(git):
    made = await write_branch(git.place, git.start, "codeflash/1/a", DIFF, "m")
    remote = Remote("http://127.0.0.1:9/acme/shop.git", "ghs_secret")
    with pytest.raises(GitHubError) as told:
        await push_branch(git.place, remote, Branch("codeflash/1/a", made.commit))
    assert told.value.passing
    assert "ghs_secret" not in str(told.value)
    assert "ghs_secret" not in repr(remote)
