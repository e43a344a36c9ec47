"""The case studies that are shown: each is made again from its records, byte for byte, and says nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent.parent for path in (ROOT / ".codeflash").glob("*/*/*/data/results.tsv"))


@pytest.fixture
def codeflash(tmp_path):
    """A copy of the records alone, and the command in it."""
    shutil.copytree(ROOT / ".codeflash", tmp_path / ".codeflash")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    def run(case, *words):
        environment = {**os.environ, "CODEFLASH_TEAMMEMBER": case.parts[-3]}
        command = [sys.executable, "-m", "codeflash_cli", "case", *words, "/".join(case.parts[-2:])]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_there_are_three():
    assert len(CASES) >= 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: "/".join(case.parts[-2:]))
def test_a_study_is_what_its_records_give(codeflash, tmp_path, case):
    shown = ROOT / "case-studies" / case.parts[-2] / case.parts[-1]
    built = codeflash(case, "build")
    assert built.returncode == 0, built.stderr
    made = tmp_path / shown.relative_to(ROOT)
    assert sorted(path.name for path in made.iterdir()) == sorted(path.name for path in shown.iterdir())
    for path in shown.iterdir():
        assert (made / path.name).read_bytes() == path.read_bytes(), (
            f"run `codeflash case build`: {path.name}"
        )
    checked = codeflash(case, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("case", CASES, ids=lambda case: "/".join(case.parts[-2:]))
def test_a_study_brings_its_change(case):
    assert (case / "bench" / "change.patch").read_text(encoding="utf-8").startswith("diff --git ")
