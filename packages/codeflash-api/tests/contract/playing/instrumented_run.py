"""Fetches tests over HTTP and runs them as the client does: behaviour once, timings in three loops of one session."""

from __future__ import annotations

import ast
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import dill
from attrs import frozen
from bodies import FUNCTION, TESTGEN, fenced
from running_service import Modelled, Service
from wholeness import check

LOOPS = 3
ITERATION = 3
COLUMNS = [
    ("test_module_path", "TEXT"),
    ("test_class_name", "TEXT"),
    ("test_function_name", "TEXT"),
    ("function_getting_tested", "TEXT"),
    ("loop_index", "INTEGER"),
    ("iteration_id", "TEXT"),
    ("runtime", "INTEGER"),
    ("return_value", "BLOB"),
    ("verification_type", "TEXT"),
]
FOREIGN = ("tests.test_old", None, "test_old", "arrange", 1, "0_0", 5, b"", "function_call")
"""A row of the project's own tests, which the client instruments itself."""
_CONFTEST = """\
import os

def pytest_runtestloop(session):
    for loop in range(int(os.environ["LOOPS"])):
        os.environ["CODEFLASH_LOOP_INDEX"] = str(loop + 1)
        for item in session.items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return True
"""
_START = re.compile(r"!\$######([^#]+)######\$!\n")
_END = re.compile(r"!######([^#]+)######!")


@frozen
class Subject:
    """A function under test.

    Attributes:
        file: Where it is.
        name: Its qualified name.
        code: As the service gets it.
        real: As it runs: it looks at how it is called.
        said: Tests that a model writes.
    """

    file: str
    name: str
    code: str
    real: str
    said: str

    @property
    def module(self) -> str:
        return self.file.removesuffix(".py").replace("/", ".")

    @property
    def is_async(self) -> bool:
        return "async def" in self.code

    def request(self, index: int) -> Any:
        """What the client asks."""
        owner, _, name = self.name.rpartition(".")
        parents = [{"name": owner, "type": "ClassDef"}] if owner else []
        return {
            **TESTGEN.body,
            "source_code_being_tested": fenced(self.code, self.file),
            "function_to_optimize": {
                **FUNCTION,
                "function_name": name,
                "parents": parents,
                "is_async": self.is_async,
                "is_method": bool(owner),
            },
            "helper_function_names": [],
            "module_path": self.module,
            "test_module_path": self.test_module(index),
            "test_index": index,
            "is_async": self.is_async,
            "class_name": owner or None,
            "qualified_name": self.name,
        }

    def test_module(self, index: int) -> str:
        """The module's name in requests and markers."""
        return f"tests.test_{self.name.rpartition('.')[2]}__unit_test_{index}"


@frozen
class Tag:
    """What a marker says."""

    module: str
    test: str
    function: str
    loop: int
    line: str
    repeat: int
    nanoseconds: int | None = None

    @staticmethod
    def of(text: str) -> Tag:
        module, test, function, loop, invocation, *rest = text.split(":")
        line, _, repeat = invocation.rpartition("_")
        return Tag(module, test, function, int(loop), line, int(repeat), *(int(each) for each in rest))

    @property
    def key(self) -> str:
        return f"{self.test}:{self.line}_{self.repeat}"


@frozen
class Half:
    """What one of the two runs left behind."""

    code: int
    output: str

    def starts(self, module: str) -> list[Tag]:
        """The opening markers of a module's tests."""
        return [tag for tag in map(Tag.of, _START.findall(self.output)) if tag.module == module]

    def ends(self, module: str) -> list[Tag]:
        """The closing markers of a module's tests."""
        return [tag for tag in map(Tag.of, _END.findall(self.output)) if tag.module == module]

    def between(self, tag: str) -> str:
        """What was printed between the markers of a call."""
        return self.output.partition(f"!$######{tag}######$!\n")[2].partition(f"!######{tag}")[0]


@frozen
class Played:
    """All tests, and what their runs left behind.

    Attributes:
        answers: What the service sent, by test module.
        behavior: The run that records results.
        performance: The run that records durations.
        columns: Names and types of the table that the tests made.
        rows: What they wrote into it.
        shared: What is in a table that had a row already.
    """

    answers: dict[str, dict[str, str]]
    behavior: Half
    performance: Half
    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]
    shared: list[tuple[Any, ...]]

    def rows_of(self, module: str) -> list[tuple[Any, ...]]:
        """The rows of a module's tests."""
        return [row for row in self.rows if row[0] == module]

    def stored(self, module: str) -> dict[str, Any]:
        """Stored objects by test and invocation."""
        return {
            f"{'.'.join(filter(None, row[1:3]))}:{row[5]}": dill.loads(row[7]) for row in self.rows_of(module)
        }


def statement(source: str, test: str, line: str) -> ast.stmt:
    """The statement that a line id means."""
    body = ast.parse(source).body
    for name in test.split("."):
        body = next(node.body for node in body if getattr(node, "name", None) == name)  # type: ignore[attr-defined]
    *outer, last = (int(part) for part in line.split("_"))
    for index in outer:
        body = body[index].body  # type: ignore[attr-defined]
    return body[last]


def play(folder: Path, rules: Service, modelled: Modelled, subjects: Iterable[Subject]) -> Played:
    """Fetch tests 0 and 1 by rules and 2 by a model for each subject, and run them.

    Args:
        folder: An empty folder.
        rules: The service without a model.
        modelled: The service with one.
        subjects: The functions.
    """
    recorded = folder / "recorded"
    recorded.mkdir()
    files = {
        "conftest.py": _CONFTEST,
        "pytest.ini": "[pytest]\nasyncio_mode = strict\n",
        "shop/__init__.py": "",
    }
    answers: dict[str, dict[str, str]] = {}
    for subject in subjects:
        files[subject.file] = subject.real
        for index in range(3):
            service = modelled.says(f"```python\n{subject.said}```") if index == 2 else rules
            request = subject.request(index)
            found = check(TESTGEN.path, request, service.post(TESTGEN.path, request))
            name = subject.test_module(index)
            answers[name] = found
            path = name.replace(".", "/")
            files[f"{path}.py"] = found["instrumented_behavior_tests"]
            files[f"{path.replace('__unit_test', '__perf_test')}.py"] = found["instrumented_perf_tests"]
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(
            text.replace("{codeflash_run_tmp_dir_client_side}", recorded.as_posix()), encoding="utf-8"
        )
    behavior = _ran(folder, "*__unit_test_*", 1)
    performance = _ran(folder, "*__perf_test_*", LOOPS)
    columns, rows = _read(recorded / _place(ITERATION))
    # Once more, into a file that the client has begun.
    with closing(sqlite3.connect(recorded / _place(ITERATION + 1))) as database, database:
        database.execute(f"CREATE TABLE test_results ({', '.join(' '.join(each) for each in COLUMNS)})")
        database.execute("INSERT INTO test_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", FOREIGN)
    _ran(folder, "*__unit_test_2", 1, ITERATION + 1)
    _, shared = _read(recorded / _place(ITERATION + 1))
    return Played(answers, behavior, performance, columns, rows, shared)


def _place(iteration: int) -> str:
    return f"test_return_values_{iteration}.sqlite"


def _read(place: Path) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(place)) as database:
        columns = [row[1:3] for row in database.execute("PRAGMA table_info(test_results)")]
        return columns, database.execute("SELECT * FROM test_results ORDER BY rowid").fetchall()


def _ran(folder: Path, kind: str, loops: int, iteration: int = ITERATION) -> Half:
    plugins = ["-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin"]
    files = sorted(str(path) for path in (folder / "tests").glob(f"{kind}.py"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", *plugins, *files],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "CODEFLASH_TEST_ITERATION": str(iteration),
            "LOOPS": str(loops),
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Half(done.returncode, done.stdout + done.stderr)
