"""A new language is a new folder, nothing else."""

import re
import shlex
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def copy(root, tmp_path):
    shutil.copytree(root / "plugin", tmp_path / "plugin", ignore=shutil.ignore_patterns("languages"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def run(root, copy, *words):
    command = [sys.executable, str(root / "tools/plugin"), "--root", str(copy), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_how_to_makes_a_throwaway_language_that_builds_as_it_was_begun(root, copy):
    page = (root / "docs/how-to/add-a-language.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ \.venv/bin/python tools/plugin (.+)$", page, re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["new-language", "build"]
    for line in lines:
        done = run(root, copy, *shlex.split(line))
        assert done.returncode == 0, done.stderr
    assert (copy / "dist-cobol/agents/codeflash-cpu.md").is_file()
    assert (copy / "dist-cobol/agents/codeflash-optimizer.md").is_file()


@pytest.mark.parametrize("name", ["Upper", "a/b", "..", ""])
def test_a_name_that_is_no_folder_is_refused(root, copy, name):
    done = run(root, copy, "new-language", name)
    assert done.returncode == 2
    assert "is no name" in done.stderr


def test_an_overlay_that_is_there_is_left_alone(root, copy):
    run(root, copy, "new-language", "cobol")
    (copy / "plugin/languages/cobol/references/profiling.md").write_text("mine")
    assert run(root, copy, "new-language", "cobol").returncode == 2
    assert (copy / "plugin/languages/cobol/references/profiling.md").read_text() == "mine"
