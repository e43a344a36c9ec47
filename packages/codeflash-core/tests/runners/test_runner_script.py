"""The script that is run on the machine, here without a connection: what it keeps, and what it takes away."""

import os
import shutil
import subprocess
import time

import pytest

from codeflash_core.runners.jobs import SCRIPTS

pytestmark = pytest.mark.skipif(
    shutil.which("flock") is None or shutil.which("setsid") is None, reason="flock and setsid are wanted"
)
SCRIPT = (SCRIPTS / "runner.sh").read_text(encoding="utf-8")
NOTHING = "exit 0"
"""A job that ends at once without a status: a dead one."""


class Account:
    """An account of a machine, and a repository to push from."""

    def __init__(self, folder, project):
        self.home, self.project = folder, project
        self.root = folder / ".codeflash/runner"

    def ask(self, *words):
        done = subprocess.run(
            ["sh", "-c", SCRIPT, "codeflash", *words],
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "CODEFLASH": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
        return done.stdout

    def ready(self, job):
        self.ask("ready", "shop", job)

    def push(self, job):
        self.project.git("push", "-q", str(self.root / "shop.git"), f"+HEAD:refs/codeflash/{job}/head")

    def start(self, job):
        """Start a job that dies at once."""
        self.ask("start", job, NOTHING)
        subprocess.run(["flock", "-s", str(self.root / "jobs" / job / "alive"), "true"], check=True)

    def refs(self):
        return self.project.git(
            "--git-dir", str(self.root / "shop.git"), "for-each-ref", "--format=%(refname)"
        )

    @property
    def repositories(self):
        return [each.name for each in self.root.glob("*.git")]


@pytest.fixture
def account(tmp_path, project):
    return Account(tmp_path, project)


def test_the_last_job_takes_the_repository_with_it(account) -> None:
    for job in ("one", "two"):
        account.ready(job)
        account.push(job)
        account.start(job)
    account.ask("remove", "two")
    assert account.ask("stop", "two") == "state absent\n"
    assert not list((account.root / "jobs").glob("*"))
    assert account.repositories == []


def test_a_repository_stays_for_whom_it_was_just_made(account) -> None:
    account.ready("one")
    account.push("one")
    account.ready("two")
    account.start("one")
    account.ask("remove", "one")
    assert account.repositories == ["shop.git"]
    account.push("two")
    assert account.refs() == "refs/codeflash/two/head"


def test_who_asked_for_it_long_ago_and_never_came_does_not_keep_it(account) -> None:
    account.ready("gone")
    account.ready("one")
    account.push("one")
    account.start("one")
    long_ago = time.time() - 7200
    os.utime(account.root / "shop.git/awaited/gone", (long_ago, long_ago))
    account.ask("remove", "one")
    assert account.repositories == []


def test_a_start_takes_away_dead_jobs(account) -> None:
    account.ready("dead")
    account.push("dead")
    account.start("dead")
    account.ready("new")
    account.push("new")
    account.start("new")
    assert account.refs() == "refs/codeflash/new/head"
    assert [each.name for each in (account.root / "jobs").iterdir()] == ["new"]


def test_a_dead_job_for_which_somebody_has_just_pushed_anew_stays(account) -> None:
    account.ready("again")
    account.push("again")
    account.start("again")
    account.ready("again")
    account.push("again")
    account.ready("new")
    account.push("new")
    account.start("new")
    assert account.refs().split() == ["refs/codeflash/again/head", "refs/codeflash/new/head"]


def test_what_was_never_there_is_removed_and_stopped(account) -> None:
    assert account.ask("remove", "one") == ""
    assert account.ask("stop", "one") == "state absent\n"
    assert not account.root.exists()


def test_no_link_to_an_agent_is_made_once_the_setup_is_over(account, monkeypatch) -> None:
    job = account.root / "jobs/one"
    job.mkdir(parents=True)
    (job / "err").touch()
    (job / "status").write_text("0\n")
    words = ["sh", "-c", SCRIPT, "codeflash", "follow", "one", "0"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(account.home), "SSH_AUTH_SOCK": "/agent"}
    subprocess.run(words, env=environment, check=True)
    assert (job / "agent").is_symlink()
    (job / "agent").unlink()
    (job / "settled").touch()
    subprocess.run(words, env=environment, check=True)
    assert not (job / "agent").is_symlink()
