"""The project's own tests under a candidate."""

from __future__ import annotations

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Counterexample, Different, Undecided
from codeflash_python.stages.bench import ORIGINAL, Bench
from codeflash_python.tests.outcomes import TestOutcome, TestRun, compare_runs, read_test_run, stable_tests
from codeflash_python.tests.selection import spread

MOST_TESTS = 300
TESTS_SECONDS = 180.0


async def run_tests(
    bench: Bench, project: Project, candidate: Side, corpus: Corpus
) -> tuple[str, ...] | Different | Undecided:
    """Run the tests that reach the target under a candidate.

    All of them passed on the original while it was recorded. Only when one does not pass here are they run
    on the original again, without the recorder and twice: a test that fails there too is no evidence.

    Returns:
        The tests that pass on both, or why the candidate does not pass.
    """
    chosen = spread(corpus.reached_by, MOST_TESTS)
    recorded = TestRun({test: TestOutcome("passed") for test in chosen})
    under = await _run(bench, project, candidate, chosen)
    if isinstance(under, Undecided):
        return under
    difference = compare_runs(recorded, under)
    if not difference.broken:
        return difference.passed
    original = await _original(bench, project, chosen)
    if isinstance(original, Undecided):
        return original
    difference = compare_runs(original, under)
    if difference.broken:
        again = await _run(bench, project, ORIGINAL, tuple(difference.broken))
        stable = stable_tests(original, again) if isinstance(again, TestRun) else ()
        broken = {test: why for test, why in difference.broken.items() if test in stable}
        if broken:
            test, why = next(iter(broken.items()))
            return Different(
                Counterexample(test, "tests", "passes", _first_line(why), origin=test),
            )
    return difference.passed


async def _original(bench: Bench, project: Project, tests: tuple[str, ...]) -> TestRun | Undecided:
    """How the tests end on the original, asked once."""
    known = bench.tests.get(tests)
    if known is not None:
        return known
    run = await _run(bench, project, ORIGINAL, tests)
    if isinstance(run, TestRun):
        bench.tests[tests] = run
    return run


async def _run(bench: Bench, project: Project, side: Side, tests: tuple[str, ...]) -> TestRun | Undecided:
    program = bench.running(project, ("tests",))
    request = {"op": "tests", "ids": list(tests)}
    answer = await bench.client.ask(side, program, request, wall=TESTS_SECONDS)
    if answer.failure is not None:
        return Undecided(
            "the tests could not be run", f"{answer.failure.kind}: {answer.failure.detail[-300:]}"
        )
    try:
        return read_test_run(answer.data, tests)
    except StageError as problem:
        return Undecided("malformed answer", problem.message)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:300] if lines else "fails"
