"""Named tests are run, and a target is timed inside them."""

from __future__ import annotations

import hashlib

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


IDS = ["tests/test_a.py::test_one", "tests/test_a.py::test_two"]


def sha256(root, path="pkg/mod.py"):
    return hashlib.sha256((root / path).read_bytes()).hexdigest()


def test_tests_prove_which_code_of_the_target_they_ran(worker, project):
    root = project(FILES)
    started = worker(root)
    proof = started.ask("tests", ids=IDS, proved={**TARGET, "sha256": sha256(root)})["proof"]
    assert proof["code"] == proof["expected"]
    assert proof["file"] == str(root / "pkg/mod.py")
    assert proof["sha256"] == sha256(root)
    timed = started.ask("tests", ids=IDS, timed=TARGET, proved={**TARGET, "sha256": sha256(root)})
    assert timed["proof"] == proof
    assert "proof" not in started.ask("tests", ids=IDS)


def test_another_version_of_the_file_is_no_proof(worker, project):
    data = worker(project(FILES)).ask("tests", ids=IDS, proved={**TARGET, "sha256": "0" * 64})
    assert data["proof"]["problem"][0] == "wrong-code"


@pytest.mark.parametrize("timed", [None, TARGET], ids=["run", "timed"])
@pytest.mark.parametrize(
    "patch",
    [
        "import pkg.mod\ndef other(n):\n    return 0\npkg.mod.work = other\n",
        "import pkg.mod\ndef other(n):\n    return 0\npkg.mod.work.__code__ = other.__code__\n",
        "import sys, types\nsys.modules['pkg.mod'] = types.ModuleType('pkg.mod')\nsys.modules['pkg.mod'].work = len\n",
    ],
    ids=["another function", "other code", "another module"],
)
def test_code_that_is_not_that_of_the_file_is_no_proof(worker, project, patch, timed):
    files = {**FILES, "tests/conftest.py": patch}
    root = project(files)
    data = worker(root).ask("tests", ids=IDS, proved={**TARGET, "sha256": sha256(root)}, timed=timed)
    assert data["proof"]["problem"][0] == "wrong-code"


def test_a_target_that_can_t_be_imported_is_no_proof(worker, project):
    root = project({**FILES, "pkg/mod.py": "raise OSError('no')\n"})
    data = worker(root).ask("tests", ids=IDS, proved={**TARGET, "sha256": sha256(root)})
    assert data["proof"]["problem"][0] == "import"


def test_the_first_test_that_fails_is_the_last_when_asked_for(worker, project):
    text = "def test_a():\n    assert 0\ndef test_b():\n    pass\n"
    data = worker(project({"tests/test_s.py": text})).ask(
        "tests", ids=["tests/test_s.py::test_a", "tests/test_s.py::test_b"], stop=True
    )
    told = {name.rpartition("::")[2]: one["status"] for name, one in data["results"].items()}
    assert told == {"test_a": "failed", "test_b": "missing"}


def test_a_test_that_ends_the_process_is_the_last_when_asked_for(worker, project, failed):
    text = "import os\ndef test_a():\n    os._exit(70)\ndef test_b():\n    pass\n"
    started = worker(project({"tests/test_s.py": text}))
    ids = ["tests/test_s.py::test_a", "tests/test_s.py::test_b"]
    assert started.ask("tests", ids=ids)["results"][ids[1]]["status"] == "passed"
    with pytest.raises(failed) as caught:
        started.ask("tests", ids=ids, stop=True)
    assert caught.value.kind == "crash"
