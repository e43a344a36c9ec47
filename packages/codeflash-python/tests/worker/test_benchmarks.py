"""Benchmarks are listed, and run with a stop at each measured call; imports are timed."""

from __future__ import annotations

import os

import pytest

FILES = {
    "words.py": "def count(n):\n    return sum(range(n))\n\n\ndef plain():\n    return count(10)\n\n\ndef odd(n):\n    return n\n",
    "test_b.py": """
import pytest
from words import count

def test_fixture(benchmark):
    assert benchmark(count, 100) == 4950

@pytest.mark.benchmark
def test_marked(tmp_path):
    count(50)

def test_prepared(benchmark):
    made = []
    def setup():
        made.append(1)
        return ([3, 1],), {"reverse": True}
    assert benchmark.pedantic(sorted, setup=setup, rounds=2) == [3, 1]
    assert len(made) > 1

def test_twice(benchmark):
    benchmark(count, 1)
    benchmark(count, 1)

def test_never(benchmark):
    pass

def test_wrong(benchmark):
    assert benchmark(count, 3) == 4

def test_skipped(benchmark):
    pytest.skip("not here")

def test_ordinary():
    count(1)
""",
    "test_broken.py": "import nothing_of_this_name\n",
}
NEXT = {"do": "next"}


@pytest.fixture
def at(worker, project):
    return worker(project(FILES))


def listed(data):
    return [each["id"].partition("::")[2] for each in data["benchmarks"]]


def test_benchmarks_are_listed_with_a_hash_of_their_source(at):
    data = at.ask("benchmarks", list=True, args=["."])
    assert listed(data) == [
        "test_fixture", "test_marked", "test_prepared", "test_twice", "test_never", "test_wrong", "test_skipped",
    ]  # fmt: skip
    assert len({each["digest"] for each in data["benchmarks"]}) == 7
    again = at.ask("benchmarks", list=True, args=["."])
    assert again["benchmarks"] == data["benchmarks"]
    assert "nothing_of_this_name" in data["problems"]["test_broken.py"]


def test_a_run_stops_at_each_measured_call_in_the_order_asked_for(at):
    ids = ["test_b.py::test_marked", "test_b.py::test_fixture"]
    said = at.ask("benchmarks", args=["test_b.py"], ids=ids, fork=False)
    for name in ids:
        assert said == {"at": name}
        assert at.ask("", do="calibrate")["most"] > 1
        samples = at.ask("", do="sample", loops=20, count=3)
        assert len(samples["cpu"]) == len(samples["wall"]) == 3
        assert all(0 < each < 1e7 for each in samples["wall"])
        functions = {each["name"]: each for each in at.ask("", do="profile", calls=4)["functions"]}
        assert functions["count"]["calls"] == 4
        assert at.ask("", do="memory")["peak"] >= 0
        assert at.ask("", **NEXT) == {"ended": name, "message": ""}
        said = at.ask("", **NEXT)
    assert listed(said) == ["test_marked", "test_fixture"]


@pytest.mark.parametrize(
    ("name", "reached", "message"),
    [
        ("test_prepared", True, ""),
        ("test_twice", True, "RuntimeError: benchmark was called twice in one test"),
        ("test_never", False, "it never calls the fixture benchmark"),
        ("test_wrong", True, "assert 3 == 4"),
        ("test_skipped", False, "skipped: Skipped: not here"),
    ],
)
def test_how_a_benchmark_ended_is_told(at, name, reached, message):
    said = at.ask("benchmarks", args=["test_b.py"], ids=["test_b.py::" + name], fork=False)
    if reached:
        assert said == {"at": "test_b.py::" + name}
        at.ask("", do="sample", loops=2, count=1)
        said = at.ask("", **NEXT)
    assert said["ended"] == "test_b.py::" + name
    assert message in said["message"]
    assert bool(said["message"]) == bool(message)
    assert "benchmarks" in at.ask("", **NEXT)


def test_plain_functions_are_called_without_arguments(at):
    functions = [
        {"path": "words.py", "module": "words", "qualname": name} for name in ("plain", "odd", "gone")
    ]
    said = at.ask("benchmarks", functions=functions, fork=False)
    assert said == {"at": "words.py::plain"}
    assert at.ask("", **NEXT) == {"ended": "words.py::plain", "message": ""}
    said = at.ask("", **NEXT)
    assert said["ended"] == "words.py::odd"
    assert "missing 1 required positional argument" in said["message"]
    said = at.ask("", **NEXT)
    assert said == {"ended": "words.py::gone", "message": "no-target: words has no gone"}
    assert listed(at.ask("", **NEXT)) == ["plain", "odd", "gone"]


def test_a_forked_child_runs_none(at):
    with pytest.raises(Exception, match="a process of their own"):
        at.ask("benchmarks", args=["test_b.py"])


def test_the_project_may_have_its_own_fixture_of_that_name(worker, project):
    files = {
        "conftest.py": "import pytest\n\n@pytest.fixture\ndef benchmark():\n    return lambda f, *a: f(*a)\n",
        "test_b.py": "def test_own(benchmark):\n    assert benchmark(len, 'ab') == 2\n",
    }
    said = worker(project(files)).ask("benchmarks", args=["test_b.py"], fork=False)
    assert said == {"ended": "test_b.py::test_own", "message": "it never calls the fixture benchmark"}


def test_an_import_is_timed_with_what_it_brings_along(worker, project):
    at = worker(project({"pkg/__init__.py": "import pkg.inner\n", "pkg/inner.py": "import decimal\n"}))
    data = at.ask("importing", module="pkg", count=2, tree=True)
    assert len(data["cpu"]) == len(data["wall"]) == 2
    assert all(each > 0 for each in [*data["idle_cpu"], *data["idle_wall"]])
    rows = {row["name"]: row for row in data["tree"]}
    assert rows["pkg"]["total"] >= rows["pkg.inner"]["total"] >= rows["decimal"]["own"]
    assert rows["pkg.inner"]["depth"] == rows["pkg"]["depth"] + 1


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("pkg.nothing", "No module named 'pkg.nothing'"),
        ("os; print(1)", "is no name of a module"),
        ("", "is no name"),
    ],
)
def test_what_does_not_import_is_told(worker, project, module, told):
    at = worker(project({"pkg/__init__.py": ""}))
    with pytest.raises(Exception, match=told):
        at.ask("importing", module=module, count=1)


ONCE = """
import pytest

@pytest.mark.benchmark
def test_once(tmp_path):
    (tmp_path / "made").mkdir()
    sum(range(10000))

def test_cleaned(benchmark):
    open_now = []
    def setup():
        open_now.append(1)
        assert len(open_now) == 1
        return None
    benchmark.pedantic(len, args=("ab",), setup=setup, teardown=lambda text: open_now.clear())
"""


def test_a_call_that_fails_when_it_is_made_again_is_no_fast_one(worker, project):
    at = worker(project({"test_b.py": ONCE}))
    name = "test_b.py::test_once"
    assert at.ask("benchmarks", args=["test_b.py"], ids=[name], fork=False) == {"at": name}
    said = at.ask("", do="sample", loops=2, count=1)
    assert said["ended"] == name
    assert "FileExistsError" in said["message"]


def test_what_is_set_up_for_a_call_is_cleaned_up_after_it(worker, project):
    at = worker(project({"test_b.py": ONCE}))
    name = "test_b.py::test_cleaned"
    assert at.ask("benchmarks", args=["test_b.py"], ids=[name], fork=False) == {"at": name}
    assert at.ask("", do="calibrate")["most"] == 1
    assert len(at.ask("", do="sample", loops=50, count=4)["cpu"]) == 4
    at.ask("", do="profile", calls=2)
    at.ask("", do="memory")
    assert at.ask("", **NEXT) == {"ended": name, "message": ""}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"test_b.py": FILES["test_b.py"].replace("count, 100", "count, 101")}, False),
        (
            {
                "test_b.py": FILES["test_b.py"].replace(
                    "from words import count", "from words import count\nSIZE = 3"
                )
            },
            False,
        ),
        ({"test_b.py": FILES["test_b.py"].replace("count(50)", "count(51)")}, True),
        ({"conftest.py": "X = 1\n"}, False),
        ({"words.py": FILES["words.py"] + "\n"}, True),
    ],
)
def test_a_digest_tells_another_workload_from_another_test(worker, project, changes, same):
    def digest():
        listed = worker(project({})).ask("benchmarks", list=True, args=["test_b.py"])["benchmarks"]
        return next(each["digest"] for each in listed if each["id"].endswith("test_fixture"))

    project(FILES)
    before = digest()
    project(changes)
    assert before
    assert (digest() == before) is same


COMPUTING = """
import threading
import time


def computes():
    sum(range(20_000))


def waits():
    time.sleep(0.02)


def uses_threads():
    threads = [threading.Thread(target=computes) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_it(benchmark):
    benchmark(CALL)
"""


@pytest.mark.parametrize(
    ("call", "computes"), [("computes", True), ("waits", False), ("uses_threads", False)]
)
def test_a_call_that_computes_alone_may_be_kept_on_a_core(worker, project, call, computes):
    at = worker(project({"test_b.py": COMPUTING.replace("CALL", call)}))
    at.ask("benchmarks", args=["test_b.py"], ids=["test_b.py::test_it"], fork=False)
    assert at.ask("", do="calibrate")["computes"] is computes
    samples = at.ask("", do="sample", loops=2, count=2, core=min(os.sched_getaffinity(0)))
    assert len(samples["cpu"]) == 2
