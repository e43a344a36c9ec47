"""Workloads are recorded: tests and scripts, whatever they do."""

from __future__ import annotations

import hashlib
import sys

import pytest

from codeflash_worker import payload, record, sites

MODULE = """
import functools


def total(items, start=0):
    for item in items:
        start += item
    return start


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Basket:
    def __init__(self, prices):
        self.prices = prices

    def sum(self, rate=1):
        return sum(self.prices) * rate

    @property
    def size(self):
        return len(self.prices)

    @classmethod
    def of(cls, *prices):
        return cls(list(prices))

    @staticmethod
    def half(a):
        return a / 2

    def __secret(self):
        return 1

    def open(self):
        return self.__secret()


def collect(item, into=[]):
    into.append(item)
    return into


def decorate(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper


@decorate
def wrapped(a, b=2):
    return a + b


@functools.lru_cache
def cached(a):
    return a


def reads(stream):
    return stream.read()


def never():
    return 1
"""


def address(qualname, path="pkg/mod.py", module="pkg.mod"):
    return {"path": path, "module": module, "qualname": qualname}


@pytest.fixture
def shop(project):
    return lambda more=None: project({"pkg/__init__.py": "", "pkg/mod.py": MODULE, **(more or {})})


def script(text):
    return {"kind": "script", "text": "from pkg.mod import *\n" + text}


def one(worker, root, text, qualname="total", **fields):
    data, blobs = worker(root).exchange(
        "record", targets=[address(qualname)], workload=script(text), seed=1, **fields
    )
    return data, data["targets"][0], blobs


@pytest.mark.slow
def test_a_script_is_recorded_on_every_interpreter(worker, shop, any_python):
    text = (
        "total([1, 2]); total([1, 2]); total(x for x in (4, 5)); fib(9)\n"
        "b = Basket.of(1, 2); b.sum(); b.sum(rate=2); b.size; b.half(3); b.open(); wrapped(1); cached(3)\n"
    )
    names = [
        "total",
        "fib",
        "Basket.sum",
        "Basket.size",
        "Basket.of",
        "Basket.half",
        "wrapped",
        "cached",
        "never",
    ]
    data, blobs = worker(shop(), python=any_python).exchange(
        "record", targets=[address(name) for name in names], workload=script(text), seed=0
    )
    assert data["problems"] == {}
    assert data["missing"] == {}
    made = {target["key"].partition("::")[2]: target for target in data["targets"]}
    assert {name: made[name]["total_calls"] for name in names} == {
        "total": 3, "fib": 1, "Basket.sum": 2, "Basket.size": 1, "Basket.of": 1, "Basket.half": 1,
        "wrapped": 1, "cached": 1, "never": 0,
    }  # fmt: skip
    assert [call["count"] for call in made["total"]["calls"]] == [2, 1]
    for target in data["targets"]:
        for call in target["calls"]:
            assert call["id"] == hashlib.sha256(blobs[call["blob"]]).hexdigest()
            assert (call["grade"], call["origin"]) == ("traced", "script")


def test_generator_arguments_are_kept_with_the_items_that_were_read(worker, shop):
    _, target, blobs = one(worker, shop(), "print(total(x for x in (4, 5)))")
    args, kwargs = payload.load(blobs[target["calls"][0]["blob"]])
    assert (list(args[0]), kwargs) == ([4, 5], {})


def test_arguments_are_kept_as_they_were_before_the_call(worker, shop):
    _, target, blobs = one(worker, shop(), "a = []\ncollect(1, a); collect(2, a)", "collect")
    assert [payload.load(blobs[call["blob"]])[0] for call in target["calls"]] == [(1, []), (2, [1])]


def test_a_default_argument_stays_the_functions_own(worker, shop):
    _, target, blobs = one(worker, shop(), "collect(1); collect(2)", "collect")
    assert [payload.load(blobs[call["blob"]])[0] for call in target["calls"]] == [(1,), (2,)]


def test_private_methods_are_recorded(worker, shop):
    data, target, _ = one(worker, shop(), "Basket([1]).open()", "Basket.__secret")
    assert data["missing"] == {}
    assert target["total_calls"] == 1


def test_what_cannot_be_kept_is_counted_with_its_reason(worker, shop):
    _, target, _ = one(worker, shop(), "reads(open(__file__ if False else 'pkg/mod.py'))", "reads")
    assert target["calls"] == []
    assert sum(target["unkept"].values()) == 1
    assert target["in_test"] == ["script"]


def test_a_target_that_is_never_called_has_no_calls(worker, shop):
    _, target, blobs = one(worker, shop(), "", "never")
    assert (target["calls"], target["total_calls"], target["reached_by"], blobs) == ([], 0, [], [])


def test_targets_that_do_not_exist_or_do_not_import_are_named(worker, shop):
    root = shop({"pkg/bad.py": "raise ValueError('no')\n", "pkg/leaves.py": "raise SystemExit(3)\n"})
    targets = [
        address("nowhere"),
        address("f", "pkg/bad.py", "pkg.bad"),
        address("f", "pkg/leaves.py", "pkg.leaves"),
    ]
    missing = worker(root).ask("record", targets=targets, workload=script("pass"), seed=0)["missing"]
    assert missing["pkg/mod.py::nowhere"].startswith("no-target")
    assert missing["pkg/bad.py::f"] == "import: ValueError: no"
    assert missing["pkg/leaves.py::f"].startswith("exit")


def test_a_copy_elsewhere_is_not_taken_for_the_target(worker, shop):
    root = shop({"lib/pkg_x.py": "def f():\n    return 1\n", "pkg_x.py": "def f():\n    return 2\n"})
    target = address("f", "lib/pkg_x.py", "pkg_x")
    missing = worker(root).ask("record", targets=[target], workload=script("import pkg_x; pkg_x.f()"))[
        "missing"
    ]
    assert missing["lib/pkg_x.py::f"].startswith("wrong-code")


def test_a_file_imported_under_another_name_is_watched_too(worker, shop):
    _, target, _ = one(
        worker, shop(), "import sys; sys.path.insert(0, 'pkg'); import mod; mod.total([1]); total([2])"
    )
    assert target["total_calls"] == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("total([1])\nimport sys; sys.exit()", ""),
        ("total([1])\nimport sys; sys.exit(3)", "it exits with 3"),
        ("total([1])\nraise ValueError('broken')", "broken"),
        ("total([1])\nwhile True: pass", "timed out"),
    ],
)
def test_a_script_that_ends_badly_leaves_what_was_recorded(worker, shop, text, problem):
    data, target, _ = one(worker, shop(), text, limit=0.5)
    assert target["total_calls"] == 1
    assert problem in data["problems"].get("script", "")
    assert bool(problem) == bool(data["problems"])


def test_a_script_that_does_not_parse_or_is_not_there_is_a_problem(worker, shop):
    root = shop()
    said = worker(root).ask("record", targets=[], workload={"kind": "script", "text": "def"})
    assert "SyntaxError" in said["problems"]["script"]
    said = worker(root).ask("record", targets=[], workload={"kind": "script", "path": "gone.py"})
    assert "FileNotFoundError" in said["problems"]["script"]


def test_a_script_that_kills_the_process_is_a_crash(worker, shop, failed):
    with pytest.raises(failed, match="crash"):
        one(worker, shop(), "import os; os._exit(0)")


def test_a_script_sees_its_own_name_folder_and_arguments(worker, shop):
    text = "import sys, beside\nfrom pkg.mod import total\nassert __name__ == '__main__' and sys.argv[1:] == ['-v']\n"
    root = shop({"jobs/run.py": text + "total([beside.N])\n", "jobs/beside.py": "N = 4\n"})
    workload = {"kind": "script", "path": "jobs/run.py", "args": ["-v"]}
    data = worker(root).ask("record", targets=[address("total")], workload=workload)
    assert data["problems"] == {}
    assert data["targets"][0]["total_calls"] == 1


def test_the_cap_keeps_a_seeded_sample_that_late_calls_are_part_of(worker, shop):
    text = "for i in range(300): total([i])"
    ids = []
    for seed in (1, 1, 2):
        data, blobs = worker(shop()).exchange(
            "record", targets=[address("total")], workload=script(text), seed=seed, cap=20
        )
        target = data["targets"][0]
        kept = [payload.load(blobs[call["blob"]])[0][0][0] for call in target["calls"]]
        assert len(kept) == 20
        assert max(kept) > 100
        assert target["total_calls"] == 300
        ids.append(kept)
    assert ids[0] == ids[1] != ids[2]


TESTS = """
import os, time, unittest
import pytest
from pkg.mod import total, fib, reads

def test_total():
    assert total([1, 2]) == 3

@pytest.mark.parametrize("n", [5, 6])
def test_fib(n):
    fib(n)

def test_fails():
    total([7])
    assert total([1]) == 2, "not two"

def test_skipped():
    pytest.skip("no")

@pytest.fixture
def broken():
    raise RuntimeError("set-up")

def test_error(broken):
    pass

def test_reads(tmp_path):
    (tmp_path / "a").write_text("x")
    with (tmp_path / "a").open() as stream:
        assert reads(stream) == "x"

class Old(unittest.TestCase):
    def test_old(self):
        self.assertEqual(total([]), 0)
"""


def test_tests_are_recorded_with_their_outcomes(worker, shop):
    root = shop({"tests/test_mod.py": TESTS, "tests/test_broken.py": "import nothing_like_it\n"})
    data = worker(root).ask(
        "record",
        targets=[address("total"), address("fib"), address("reads")],
        workload={"kind": "tests", "args": ["tests"]},
        seed=0,
    )
    results = {name.partition("::")[2]: told["status"] for name, told in data["results"].items()}
    assert results == {
        "test_total": "passed", "test_fib[5]": "passed", "test_fib[6]": "passed", "test_fails": "failed",
        "test_skipped": "skipped", "test_error": "error", "test_reads": "passed", "Old::test_old": "passed",
    }  # fmt: skip
    assert "not two" in data["results"]["tests/test_mod.py::test_fails"]["message"]
    assert "nothing_like_it" in data["problems"]["tests/test_broken.py"]
    total, fib, reads = data["targets"]
    reached = [name.partition("::")[2] for name in total["reached_by"]]
    assert reached == ["test_total", "test_fails", "Old::test_old"]
    assert {call["grade"] for call in total["calls"]} == {"test"}
    assert fib["total_calls"] == 2
    assert fib["parameters"]["n"]["types"] == ["builtins.int"]
    assert reads["in_test"] == ["tests/test_mod.py::test_reads"]


@pytest.mark.slow
def test_tests_that_hang_or_kill_the_process_cost_only_themselves(worker, shop):
    text = (
        "import os, time\nfrom pkg.mod import total\n"
        "def test_sleeps(): time.sleep(60)\n"
        "def test_swallows():\n    try:\n        time.sleep(60)\n    except Exception: pass\n"
        "def test_dies(): os._exit(1)\n"
        "def test_lives(): total([1])\n"
    )
    data = worker(shop({"tests/test_a.py": text})).ask(
        "record",
        targets=[address("total")],
        workload={"kind": "tests", "args": ["tests"]},
        limit=0.3,
    )
    statuses = {name.partition("::")[2]: told["status"] for name, told in data["results"].items()}
    assert statuses == {
        "test_sleeps": "timeout",
        "test_swallows": "timeout",
        "test_dies": "error",
        "test_lives": "passed",
    }
    assert data["targets"][0]["total_calls"] == 1


def test_a_cap_of_nothing_still_tells_which_tests_reach_the_target(worker, shop):
    text = "from pkg.mod import total\n" + "".join(
        f"def test_{n}():\n    for _ in range({n}): total([1])\n" for n in range(3)
    )
    data = worker(shop({"tests/test_a.py": text})).ask(
        "record", targets=[address("total")], workload={"kind": "tests", "args": ["tests"]}, cap=0
    )
    target = data["targets"][0]
    assert target["reached_by"] == ["tests/test_a.py::test_1", "tests/test_a.py::test_2"]
    assert target["calls"] == []


def test_no_test_is_begun_after_the_deadline(worker, shop):
    text = "import time\nfrom pkg.mod import total\ndef test_a():\n    total([1]); time.sleep(0.2)\ndef test_b(): total([2])\n"
    data = worker(shop({"tests/test_a.py": text})).ask(
        "record",
        targets=[address("total")],
        workload={"kind": "tests", "args": ["tests"]},
        deadline=0.1,
    )
    assert list(data["results"]) == ["tests/test_a.py::test_a"]
    assert any("1 of 2 tests" in note for note in data["notes"])


def test_options_of_the_project_that_its_pytest_refuses_are_left_out(worker, shop):
    root = shop(
        {
            "pytest.ini": "[pytest]\naddopts = --no-such-option -x\n",
            "test_a.py": "from pkg.mod import total\ndef test_a(): total([1])\n",
        }
    )
    data = worker(root).ask(
        "record", targets=[address("total")], workload={"kind": "tests", "args": ["test_a.py"]}
    )
    assert data["results"]["test_a.py::test_a"]["status"] == "passed"
    assert data["notes"]


@pytest.mark.parametrize(
    "files",
    [
        {"setup.cfg": "[pytest]\naddopts = -x\n"},
        {"pytest.ini": "[pytest]\nfilterwarnings =\n    error\n    ignore::no_such_module.Warning\n"},
    ],
)
def test_configuration_that_makes_pytest_raise_is_left_out(worker, shop, files):
    root = shop({**files, "t/test_a.py": "from pkg.mod import total\ndef test_a(): total([1])\n"})
    data = worker(root).ask("record", targets=[address("total")], workload={"kind": "tests", "args": ["t"]})
    assert data["results"] == {"t/test_a.py::test_a": {"status": "passed", "message": ""}}
    assert data["targets"][0]["total_calls"] == 1


def test_a_choice_that_leaves_no_test_is_noted(worker, shop):
    root = shop({"t/test_a.py": "def test_a(): pass\n"})
    data = worker(root).ask("record", targets=[], workload={"kind": "tests", "args": ["t", "-k", "zzz"]})
    assert data["results"] == {}
    assert any("no test was run" in note for note in data["notes"])


def test_an_iterator_over_a_file_is_kept_as_what_it_yields(worker, shop):
    text = "numbers = enumerate(open('pkg/__init__.py'))\nprint(total(i for i, _ in numbers), total(map(len, open('n.txt'))))"
    root = shop({"n.txt": "ab\nc\n"})
    _, target, blobs = one(worker, root, text)
    kept = [list(payload.load(blobs[call["blob"]])[0][0]) for call in target["calls"]]
    assert kept == [[], [3, 2]]
    assert target["unkept"] == {}


def test_an_interpreter_without_pytest_is_refused(worker, shop, failed, tmp_path):
    (tmp_path / "shadow" / "pytest").mkdir(parents=True)
    (tmp_path / "shadow" / "pytest" / "__init__.py").write_text("raise ImportError('none here')\n")
    started = worker(shop(), env={"PYTHONPATH": str(tmp_path / "shadow")})
    with pytest.raises(failed, match="no-pytest"):
        started.ask("record", targets=[], workload={"kind": "tests", "args": []})


def test_recording_stops_looking_when_it_costs_too_much(monkeypatch):
    now = [0]
    monkeypatch.setattr(record.clock, "perf_counter_ns", lambda: now[0])
    recorder = record.Recorder(seed=0)
    recorder.start()
    dumped = []

    def slow_dump(args, kwargs, verify=True):
        now[0] += 400_000_000
        dumped.append(args)
        return real(args, kwargs, verify)

    real = record.payload.Pending
    monkeypatch.setattr(record.payload, "Pending", slow_dump)

    def f(a):
        now[0] += 1_000_000
        return a

    site = sites.Site("m.py::f", f, recorder)
    try:
        for number in range(1, 101):
            f(number)
    finally:
        recorder.stop()
        site.stop()
    target = recorder.told(["m.py::f"])[0][0]
    assert target["total_calls"] == 100
    assert len(dumped) == 2
    assert target["sampled"] is True


def test_a_function_called_too_often_runs_at_full_speed_until_the_next_test(monkeypatch):
    now = [0]
    monkeypatch.setattr(record.clock, "perf_counter_ns", lambda: now[0])
    monkeypatch.setattr(record, "FREE_NS", 0)
    recorder = record.Recorder(seed=0)
    recorder.start()

    def f(a):
        return a

    site = sites.Site("m.py::f", f, recorder)
    try:
        for number in range(record.MOST_SKIPPED + 10):
            f(number)
        assert not site.watching
        now[0] += 10**12
        recorder.next_origin("another test")
        assert site.watching
    finally:
        recorder.stop()
        site.stop()


def test_calls_from_several_threads_are_all_counted(worker, shop):
    text = (
        "import threading\n"
        "def work():\n    for i in range(50): total([i])\n"
        "threads = [threading.Thread(target=work) for _ in range(4)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
    )
    _, target, _ = one(worker, shop(), text)
    assert target["total_calls"] == 200
    assert len(target["calls"]) == 50


def test_time_spent_recording_inner_targets_is_not_charged_to_outer_ones(worker, shop):
    root = shop(
        {
            "pkg/outer.py": "from pkg.mod import total\ndef outer(n):\n    for i in range(n): total([i] * 3000)\n"
        }
    )
    text = "from pkg.outer import outer\nouter(60)"
    data = worker(root).ask(
        "record",
        targets=[address("outer", "pkg/outer.py", "pkg.outer"), address("total")],
        workload=script(text),
    )
    outer, inner = data["targets"]
    assert inner["total_calls"] == 60
    assert inner["seconds"] <= outer["seconds"] < 3 * inner["seconds"] + 0.05


def test_python_running_this_is_one_the_worker_serves():
    assert sys.version_info >= (3, 9)
