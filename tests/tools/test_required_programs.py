"""Tests may skip for want of a program, but not where it was installed for them."""

import os
import re
import shutil
import subprocess
import sys

import pytest

TESTS = """
import pytest

def test_browser():
    pytest.skip("there is no Chromium on the PATH")

@pytest.mark.skipif(True, reason="bubblewrap (bwrap) is not installed")
def test_sandbox():
    pass

@pytest.fixture
def editor():
    pytest.skip("neovim is not installed")

def test_editor(editor):
    pass

@pytest.mark.xfail(reason="chromium is odd")
def test_known():
    assert False

def test_else():
    pytest.skip("only root can become nobody")
"""


@pytest.mark.parametrize(
    ("required", "failed", "skipped"),
    [(None, 0, 4), ("", 0, 4), ("chromium", 1, 3), ("bwrap chromium nvim sshd", 3, 1)],
)
def test_a_skip_for_want_of_a_required_program_is_a_failure(root, tmp_path, required, failed, skipped):
    shutil.copy(root / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(TESTS)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("CODEFLASH_", "PYTEST_"))
    }
    if required is not None:
        environment["CODEFLASH_TESTS_REQUIRE"] = required
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = done.stdout.splitlines()[-1]
    assert f"{skipped} skipped, 1 xfailed" in told
    # What a fixture misses is an error.
    assert sum(int(number) for number in re.findall(r"(\d+) (?:failed|error)", told)) == failed
    assert done.returncode == (1 if failed else 0)
