"""Profiles name the project's functions by file and line."""

from __future__ import annotations

FILES = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "def inner(n):\n    return sum(range(n))\n\n\ndef outer():\n    return [inner(n) for n in range(200)]\n",
    "tests/test_a.py": "from pkg.mod import outer\ndef test_a():\n    outer()\n",
}


def lines(data):
    return {(f["path"], f["line"]): f for f in data["functions"]}


def test_a_script_is_profiled(worker, project):
    text = "from pkg.mod import outer\nouter()\nraise SystemExit"
    data = worker(project(FILES)).ask("profile", workload={"kind": "script", "text": text})
    found = lines(data)
    assert found["pkg/mod.py", 1]["calls"] == 200
    assert found["pkg/mod.py", 5]["cumulative"] >= found["pkg/mod.py", 1]["cumulative"]
    assert data["total"] > 0
    assert data["problems"] == {}
    assert not any(path.startswith("<") for path, _ in found)


def test_tests_are_profiled_without_the_test_framework(worker, project):
    data = worker(project(FILES)).ask("profile", workload={"kind": "tests", "args": ["tests"]})
    found = lines(data)
    assert found["pkg/mod.py", 5]["calls"] == 1
    assert data["results"] == {"tests/test_a.py::test_a": {"status": "passed", "message": ""}}


def test_a_workload_of_unknown_kind_is_refused(worker, project, failed):
    import pytest

    with pytest.raises(failed, match="protocol"):
        worker(project(FILES)).ask("profile", workload={"kind": "dance"})
