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
