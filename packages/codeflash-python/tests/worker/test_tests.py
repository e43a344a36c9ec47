"""Named tests are run, and a target is timed inside them."""

from __future__ import annotations

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "def work(n):\n    return sum(range(n))\n",
    "tests/test_a.py": (
        "from pkg.mod import work\n"
        "def test_one():\n    work(10); work(20)\n"
        "def test_two():\n    pass\n"
        "def test_bad():\n    assert work(3) == 4\n"
    ),
}
TARGET = {"path": "pkg/mod.py", "module": "pkg.mod", "qualname": "work"}


def test_only_the_named_tests_run_and_absent_ones_are_missing(worker, project):
    data = worker(project(FILES)).ask(
        "tests", ids=["tests/test_a.py::test_one", "tests/test_a.py::test_bad", "tests/test_a.py::test_gone"]
    )
    assert {name: told["status"] for name, told in data["results"].items()} == {
        "tests/test_a.py::test_one": "passed",
        "tests/test_a.py::test_bad": "failed",
        "tests/test_a.py::test_gone": "missing",
    }
    assert "seconds" not in data


def test_a_file_that_is_gone_leaves_its_tests_missing(worker, project):
    data = worker(project(FILES)).ask("tests", ids=["tests/test_gone.py::test_a"])
    assert data["results"]["tests/test_gone.py::test_a"]["status"] == "missing"


def test_calls_of_the_timed_target_are_counted_per_test(worker, project):
    data = worker(project(FILES)).ask(
        "tests", ids=["tests/test_a.py::test_one", "tests/test_a.py::test_two"], timed=TARGET
    )
    assert data["calls"] == {"tests/test_a.py::test_one": 2}
    assert set(data["seconds"]) == {"tests/test_a.py::test_one"}
    assert data["seconds"]["tests/test_a.py::test_one"] >= 0
    assert data["missing"] == {}


def test_what_tests_print_does_not_reach_the_channel(worker, project):
    noisy = {
        "tests/test_a.py": "import os\ndef test_a():\n    os.write(1, b'x' * 70000); print('y' * 70000)\n"
    }
    data = worker(project(noisy)).ask("tests", ids=["tests/test_a.py::test_a"])
    assert data["results"]["tests/test_a.py::test_a"]["status"] == "passed"
    assert len(data["output"]) <= 2000


@pytest.mark.slow
def test_one_process_answers_again_and_again(worker, project):
    started = worker(project(FILES))
    for _ in range(3):
        data = started.ask("tests", ids=["tests/test_a.py::test_one"])
        assert data["results"]["tests/test_a.py::test_one"]["status"] == "passed"
