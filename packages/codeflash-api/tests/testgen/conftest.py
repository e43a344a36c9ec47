"""A small project in which instrumented tests are really run, as the client runs them."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import dill
import pytest
from attrs import frozen

LOOPS = """
import os

def pytest_runtestloop(session):
    for loop in range(int(os.environ["LOOPS"])):
        os.environ["CODEFLASH_LOOP_INDEX"] = str(loop + 1)
        for item in session.items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return True
"""


@frozen
class Ran:
    """What a run left behind."""

    code: int
    output: str
    starts: list[str]
    ends: list[str]
    rows: list[tuple[object, ...]]

    def result(self, key: str) -> object:
        """The stored object of a test, line and repeat, such as ``test_it:0_0``."""
        return next(dill.loads(row[7]) for row in self.rows if f"{row[2]}:{row[5]}" == key)

    def results(self) -> dict[str, object]:
        """All stored objects."""
        return {key: self.result(key) for key in (f"{row[2]}:{row[5]}" for row in self.rows)}


@pytest.fixture(scope="session")
def run_tests(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    def run(source: Mapping[str, str], test: str, name: str = "test_it__unit_test_0", loops: int = 1) -> Ran:
        folder = tmp_path_factory.mktemp("project")
        recorded = tmp_path_factory.mktemp("recorded")
        files = {**source, "conftest.py": LOOPS, "pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
        files[f"tests/{name}.py"] = test.replace("{codeflash_run_tmp_dir_client_side}", recorded.as_posix())
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-s",
                "-p",
                "no:cacheprovider",
                "-p",
                "pytest_asyncio.plugin",
                "tests",
            ],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(folder),
                "PYTHONDONTWRITEBYTECODE": "1",
                "CODEFLASH_TEST_ITERATION": "3",
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "LOOPS": str(loops),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(
            done.returncode,
            done.stdout + done.stderr,
            re.findall(r"!\$######([^#]*)######\$!\n", done.stdout),
            re.findall(r"!######([^#]*)######!", done.stdout),
            rows(recorded / "test_return_values_3.sqlite"),
        )

    return run


def rows(path: Path) -> list[tuple[object, ...]]:
    if not path.exists():
        return []
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT * FROM test_results ORDER BY rowid").fetchall()
    database.close()
    return found
