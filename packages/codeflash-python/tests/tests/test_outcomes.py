"""Outcomes of tests are read strictly and compared one by one."""

from __future__ import annotations

import pytest

from codeflash_core.errors import StageError
from codeflash_python.tests.outcomes import (
    TestOutcome,
    TestRun,
    compare_runs,
    read_proof,
    read_test_run,
    stable_tests,
)


def run(**statuses):
    return TestRun({name: TestOutcome(status, f"{name} says") for name, status in statuses.items()})


def test_a_run_is_read_with_its_times():
    read = read_test_run(
        {
            "results": {"a": {"status": "passed", "message": ""}},
            "problems": {"x.py": "broken"},
            "seconds": {"a": 0.25},
            "calls": {"a": 3},
            "notes": ["n"],
        },
        asked=["a", "b"],
    )
    assert read.outcomes == {"a": TestOutcome("passed"), "b": TestOutcome("missing", "no outcome came back")}
    assert (read.seconds, read.calls, read.problems, read.notes) == (
        {"a": 0.25},
        {"a": 3},
        {"x.py": "broken"},
        ("n",),
    )


@pytest.mark.parametrize(
    "data",
    [
        {"results": []},
        {"results": {"a": "passed"}},
        {"results": {"a": {"status": "great", "message": ""}}},
        {"results": {"a": {"status": "passed", "message": 3}}},
        {"results": {}, "seconds": {"a": -1}},
        {"results": {}, "seconds": {"a": float("nan")}},
        {"results": {}, "seconds": {"a": "1"}},
        {"results": {}, "calls": {"a": 1.5}},
        {"results": {}, "notes": "n"},
        {"results": {}, "problems": 3},
    ],
)
def test_a_malformed_run_is_refused(data):
    with pytest.raises(StageError):
        read_test_run(data)


@pytest.mark.parametrize("status", ["failed", "error", "timeout", "skipped", "missing"])
def test_anything_but_passing_breaks_a_test_that_passed(status):
    difference = compare_runs(run(a="passed", b="passed"), run(a="passed", b=status))
    assert difference.passed == ("a",)
    assert difference.broken == {"b": f"{status}: b says"}


def test_a_test_that_did_not_run_is_broken():
    assert compare_runs(run(a="passed"), run()).broken == {"a": "missing: it was not run"}


def test_tests_that_fail_on_the_original_say_nothing():
    difference = compare_runs(
        run(a="failed", b="skipped", c="timeout"), run(a="passed", b="failed", c="failed")
    )
    assert (difference.passed, difference.broken) == ((), {})


def test_the_problem_of_the_file_is_part_of_the_reason():
    candidate = TestRun({"t.py::a": TestOutcome("missing")}, {"t.py": "ImportError"})
    assert compare_runs(TestRun({"t.py::a": TestOutcome("passed")}), candidate).broken == {
        "t.py::a": "missing: ImportError"
    }


def test_only_what_passes_twice_is_stable():
    assert stable_tests(run(a="passed", b="passed", c="failed"), run(a="passed", b="failed", c="passed")) == (
        "a",
    )


GOOD = {"code": "c", "expected": "c", "sha256": "s", "file": "f"}


def test_code_is_proved_by_its_hash_and_that_of_its_file():
    assert read_proof(GOOD, "s") == ("c", ("", ""))


@pytest.mark.parametrize(
    ("proof", "kind"),
    [
        (None, "no-proof"),
        ("c", "no-proof"),
        ({}, "wrong-code"),
        ({**GOOD, "expected": "d"}, "wrong-code"),
        ({**GOOD, "code": 3, "expected": 3}, "wrong-code"),
        ({**GOOD, "code": "", "expected": ""}, "wrong-code"),
        ({**GOOD, "sha256": "t"}, "wrong-code"),
        ({"problem": ["wrong-code", "stale"]}, "wrong-code"),
        ({"problem": ["import", "it fails"]}, "import"),
        ({**GOOD, "problem": "odd", "sha256": None}, "wrong-code"),
    ],
)
def test_anything_else_proves_nothing(proof, kind):
    code, unproved = read_proof(proof, "s")
    assert code == ""
    assert unproved[0] == kind
