"""What holds for all tests.

A skip is a failure where the program that a test misses was installed for it: a promise is not kept by skipping. Projects
that tests work on have an environment of their own.
"""

from __future__ import annotations

import compileall
import os
import shutil
import venv
from collections.abc import Generator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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
    """A virtual environment that holds pytest and nothing else, as the environment of a project that has no dependencies.

    In ours, every start of pytest loads the plugins of ten packages, which takes four times as long as the rest.
    """
    home = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    for found in _with_requirements("pytest", {}).values():
        for name in {
            file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")
        }:
            source = Path(str(found.locate_file(name)))
            if source.is_dir():
                shutil.copytree(source, packages / name, ignore=shutil.ignore_patterns("*-pytest-*.pyc"))
            else:
                shutil.copy2(source, packages / name)
    # The sandbox shows an environment read-only: what is not compiled by then is compiled at every start.
    compileall.compile_dir(packages, quiet=2)
    return home


def _with_requirements(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """A package and all that it needs, by name."""
    if name not in found:
        found[name] = distribution(name)
        for text in found[name].requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                _with_requirements(wanted.name, found)
    return found
