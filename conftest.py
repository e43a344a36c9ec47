"""What holds for all tests.

A skip is a failure where the program that a test misses was installed for it: a promise is not kept by skipping. Projects
that tests work on have an environment of their own.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from codeflash_evals.environment import make_environment

VARIABLE = "CODEFLASH_TESTS_REQUIRE"
"""Names of programs that tests must find, with blanks between them; `.ci/run` sets it where it could install them."""
WORDS = {
    "bwrap": ("bubblewrap", "bwrap", "no confinement"),
    "chromium": ("chromium",),
    "nvim": ("neovim", "nvim"),
    "sshd": ("sshd", "openssh"),
}
"""What a reason says of each that it misses."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn skips for want of a required program into failures."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        program = _required(reason, os.environ.get(VARIABLE, "").split())
        if program:
            report.outcome = "failed"
            report.longrepr = f"{program} is required here ({VARIABLE}), yet the test was skipped: {reason}"
    return report


def _required(reason: str, programs: list[str]) -> str:
    """The required program that a skip speaks of; empty when it speaks of none."""
    said = reason.lower()
    return next((each for each in programs if any(word in said for word in WORDS.get(each, (each,)))), "")


@pytest.fixture(scope="session")
def environment_with_pytest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds pytest and nothing else, as the environment of a project that has no dependencies."""
    home = tmp_path_factory.mktemp("environment") / "venv"
    make_environment(home)
    return home
