"""The guard command runs on a copy that holds the candidate, and whatever is no success is a failure."""

import sys
from pathlib import Path

import pytest

from codeflash_core.experiments import guard
from codeflash_core.experiments.guard import run_guard
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.sandbox import Limits, Mode, detect


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "my shöp"
    root.mkdir()
    (root / "code.py").write_text("value = 1\n")
    return Project(root, "python", Path(sys.executable))


@pytest.fixture
def run(project, tmp_path):
    async def guarded(command, mode=Mode.AUTO):
        side = Side.of({"code.py": b"value = 2\n", "new.py": b""})
        return await run_guard(command, project, side, detect(mode), tmp_path / "state")

    return guarded


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.OFF])
async def test_it_sees_the_candidate_and_the_projects_interpreter(run, project, mode):
    outcome = await run('python -c "import code, os; exit(0)" && grep -q 2 code.py && test -f new.py', mode)
    assert outcome.passed, outcome.detail
    assert (project.root / "code.py").read_text() == "value = 1\n"
    assert not (project.root / "new.py").exists()


async def test_what_it_writes_stays_in_the_copy(run, project):
    assert (await run("echo 3 > code.py")).passed
    assert (project.root / "code.py").read_text() == "value = 1\n"


@pytest.mark.parametrize(
    ("command", "detail"),
    [
        ("echo told; exit 3", "exit status 3: told"),
        ("echo told >&2; false", "exit status 1: told"),
        ("no-such-program-anywhere", "exit status 127"),
        ("kill -9 $$", "signal 9"),
        ("exit 1", "exit status 1"),
    ],
)
async def test_every_other_end_is_a_failure_and_says_how(run, command, detail):
    outcome = await run(command)
    assert not outcome.passed
    assert outcome.detail.startswith(detail)
    assert outcome.command == command


async def test_one_that_does_not_end_has_failed(run, monkeypatch):
    monkeypatch.setattr(guard, "GUARD_SECONDS", 1.0)
    outcome = await run("sleep 600")
    assert not outcome.passed
    assert outcome.detail.startswith("wall")


def test_its_time_is_longer_than_that_of_a_test():
    assert Limits().wall_seconds < guard.GUARD_SECONDS
