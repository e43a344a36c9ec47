"""The project's own tests under a candidate."""

from __future__ import annotations

import hashlib

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project, Target
from codeflash_core.model.verdict import Counterexample, Different, Undecided
from codeflash_core.texts import content
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import Bench
from codeflash_python.tests.outcomes import TestOutcome, TestRun, compare_runs, read_test_run, stable_tests
from codeflash_python.tests.selection import spread

MOST_TESTS = 300
TESTS_SECONDS = 180.0


@frozen
class Passed:
    """Tests that pass on both sides.

    Attributes:
        tests: Their ids.
        code: Hash of the candidate's code that they ran.
    """

    tests: tuple[str, ...] = ()
    code: str = ""


async def run_tests(
    bench: Bench, project: Project, target: Target, candidate: Side, corpus: Corpus
) -> Passed | Different | Undecided:
    """Run the tests that reach the target under a candidate.

    All of them passed on the original while it was recorded. Only when one does not pass here are they run
    on the original again, without the recorder and twice: a test that fails there too is no evidence. Where
    no calls could be kept, the tests must make the same number of calls on both sides as well.

    Returns:
        The tests that pass on both, or why the candidate does not pass.
    """
    chosen = spread(corpus.reached_by, MOST_TESTS)
    counted = not corpus.calls
    recorded = TestRun({test: TestOutcome("passed") for test in chosen})
    under = await run_proved(bench, project, target, candidate, chosen, counted=counted)
    if isinstance(under, Undecided):
        return under
    difference = compare_runs(recorded, under)
    if difference.broken or counted:
        original = await _original(bench, project, target, chosen, counted=counted)
        if isinstance(original, Undecided):
            return original
        difference = compare_runs(original, under)
        if difference.broken:
            again = await run_proved(bench, project, target, ORIGINAL, tuple(difference.broken))
            stable = stable_tests(original, again) if isinstance(again, TestRun) else ()
            broken = {test: why for test, why in difference.broken.items() if test in stable}
            if broken:
                test, why = next(iter(broken.items()))
                return Different(
                    Counterexample(test, "tests", "passes", _first_line(why), origin=test),
                )
        odd = _other_calls(original, under, difference.passed) if counted else ""
        if odd:
            return Undecided("not the same calls reach the target", odd)
    if not under.code:
        return Undecided("the tests do not prove which code ran", ": ".join(under.unproved))
    return Passed(difference.passed, under.code)


def _other_calls(original: TestRun, candidate: TestRun, tests: tuple[str, ...]) -> str:
    """The first test that calls the target another number of times, in words."""
    for test in tests:
        before, now = original.calls.get(test, 0), candidate.calls.get(test, 0)
        if before != now:
            return f"{test} makes {now} calls and not {before}"
    return ""


async def _original(
    bench: Bench, project: Project, target: Target, tests: tuple[str, ...], *, counted: bool
) -> TestRun | Undecided:
    """How the tests end on the original, asked once."""
    key = (*tests, "counted" if counted else "")
    known = bench.tests.get(key)
    if known is not None:
        return known
    run = await run_proved(bench, project, target, ORIGINAL, tests, counted=counted)
    if isinstance(run, TestRun):
        bench.tests[key] = run
    return run


async def run_proved(
    bench: Bench,
    project: Project,
    target: Target,
    side: Side,
    tests: tuple[str, ...],
    *,
    counted: bool = False,
) -> TestRun | Undecided:
    """Run tests on a side that prove which code of the target they ran.

    Args:
        bench: The bench.
        project: The project.
        target: The target.
        side: The side.
        tests: Ids of the tests.
        counted: Whether the target's calls are counted.

    Returns:
        How they ended; undecided when they ran other code than the side's.
    """
    program = bench.running(project, ("tests",))
    proved = proved_address(project, target, side)
    request = {"op": "tests", "ids": list(tests), "proved": proved}
    if counted:
        request["timed"] = address(target)
    answer = await bench.client.ask(side, program, request, wall=TESTS_SECONDS)
    if answer.failure is not None:
        return Undecided(
            "the tests could not be run", f"{answer.failure.kind}: {answer.failure.detail[-300:]}"
        )
    try:
        run = read_test_run(answer.data, tests, proved["sha256"])
    except StageError as problem:
        return Undecided("malformed answer", problem.message)
    if run.unproved[0] == "wrong-code":
        return Undecided("wrong code loaded", run.unproved[1])
    return run


def proved_address(project: Project, target: Target, side: Side) -> dict[str, str]:
    """The target as the worker names it, with the hash that its file must have on a side."""
    data = side.changes.get(target.path)
    if target.path not in side.changes:
        known = target.path in project.held or (project.root / target.path).is_file()
        data = content(project.root, target.path, project.held) if known else None
    return {**address(target), "sha256": hashlib.sha256(data or b"").hexdigest()}


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:300] if lines else "fails"
