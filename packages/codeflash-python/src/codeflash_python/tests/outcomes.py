"""Reads how tests ended, and compares the original's outcome with a candidate's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from codeflash_core.errors import StageError

STATUSES = ("passed", "failed", "error", "skipped", "timeout", "missing")
LONGEST_MESSAGE = 2_000


@frozen
class TestOutcome:
    """How one test ended.

    Attributes:
        status: One of ``passed``, ``failed``, ``error``, ``skipped``, ``timeout``, ``missing``.
        message: Why it did not pass.
    """

    __test__ = False

    status: str
    message: str = ""


@frozen
class TestRun:
    """How a number of tests ended.

    Attributes:
        outcomes: By test id.
        problems: What could not be run (files, ``pytest``), with the message.
        seconds: CPU time inside the timed target, by test id; empty when nothing was timed.
        calls: Outermost calls of it, by test id.
        notes: Cautions for the reader.
        code: Hash of the target's code that ran, where it was asked for and is proved.
        unproved: Why it is not, as a slug and what was seen.
    """

    __test__ = False

    outcomes: Mapping[str, TestOutcome]
    problems: Mapping[str, str] = field(factory=dict)
    seconds: Mapping[str, float] = field(factory=dict)
    calls: Mapping[str, int] = field(factory=dict)
    notes: tuple[str, ...] = ()
    code: str = ""
    unproved: tuple[str, str] = ("no-proof", "")


@frozen
class TestDifference:
    """What a candidate does to the tests that pass on the original.

    Attributes:
        passed: Tests that pass on both sides.
        broken: Tests that pass on the original and not under the candidate, with what happened.
    """

    __test__ = False

    passed: tuple[str, ...]
    broken: Mapping[str, str]


def read_test_run(data: Mapping[str, Any], asked: Iterable[str] = (), sha256: str = "") -> TestRun:
    """Check a worker's answer about tests.

    Args:
        data: The answer's plain data.
        asked: Tests that were asked for; those without an outcome count as missing.
        sha256: What the target's file must hash to, where a proof was asked for.

    Raises:
        StageError: The answer is not of the agreed form.
    """
    outcomes: dict[str, TestOutcome] = {}
    for test, told in _mapping(data, "results").items():
        status = told.get("status") if isinstance(told, dict) else None
        message = told.get("message", "") if isinstance(told, dict) else None
        if status not in STATUSES or not isinstance(message, str):
            raise StageError("check", f"the outcome of {test[:200]} is malformed")
        outcomes[test] = TestOutcome(status, message[:LONGEST_MESSAGE])
    for test in asked:
        outcomes.setdefault(test, TestOutcome("missing", "no outcome came back"))
    problems = {name: str(text)[:LONGEST_MESSAGE] for name, text in _mapping(data, "problems").items()}
    seconds: dict[str, float] = {}
    for test, spent in _mapping(data, "seconds").items():
        if not isinstance(spent, (int, float)) or not math.isfinite(spent) or spent < 0:
            raise StageError("check", f"the time of {test[:200]} is no time")
        seconds[test] = float(spent)
    calls: dict[str, int] = {}
    for test, number in _mapping(data, "calls").items():
        if type(number) is not int or number < 0:
            raise StageError("check", f"the number of calls of {test[:200]} is no number")
        calls[test] = number
    notes = data.get("notes", [])
    if not isinstance(notes, list):
        raise StageError("check", "the notes on the tests are malformed")
    code, unproved = read_proof(data.get("proof"), sha256)
    said = tuple(str(note)[:LONGEST_MESSAGE] for note in notes)
    return TestRun(outcomes, problems, seconds, calls, said, code, unproved)


def read_proof(proof: Any, sha256: str) -> tuple[str, tuple[str, str]]:
    """Check which code a worker says that it ran.

    Args:
        proof: What it says: data from outside.
        sha256: What the target's file must hash to.

    Returns:
        The hash of the code, or an empty one with why it is not proved.
    """
    if not isinstance(proof, dict):
        return "", ("no-proof", "the worker does not say which code ran")
    problem = proof.get("problem")
    if isinstance(problem, list) and len(problem) == 2:
        return "", (str(problem[0])[:40], str(problem[1])[:LONGEST_MESSAGE])
    code = proof.get("code")
    if not isinstance(code, str) or not code or code != proof.get("expected"):
        return "", ("wrong-code", "the code that ran is not that of its file")
    if proof.get("sha256") != sha256:
        return "", ("wrong-code", "the file is not the version that was asked for")
    return code, ("", "")


def _mapping(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise StageError("check", f"{name} of the tests is malformed")
    return found


def compare_runs(original: TestRun, candidate: TestRun) -> TestDifference:
    """What the candidate breaks; tests that do not pass on the original say nothing.

    Args:
        original: Outcomes on the original.
        candidate: Outcomes under the candidate; a test without one is broken.
    """
    passed: list[str] = []
    broken: dict[str, str] = {}
    for test, outcome in original.outcomes.items():
        if outcome.status != "passed":
            continue
        now = candidate.outcomes.get(test, TestOutcome("missing", "it was not run"))
        if now.status == "passed":
            passed.append(test)
            continue
        problem = candidate.problems.get(test.partition("::")[0], "")
        broken[test] = ": ".join(text for text in (now.status, now.message, problem) if text)
    return TestDifference(tuple(passed), broken)


def stable_tests(first: TestRun, second: TestRun) -> tuple[str, ...]:
    """Tests that pass in both runs of the original: the others are no evidence."""
    return tuple(
        test
        for test, outcome in first.outcomes.items()
        if outcome.status == "passed" and second.outcomes.get(test, TestOutcome("missing")).status == "passed"
    )
