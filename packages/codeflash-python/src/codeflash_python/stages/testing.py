"""The project's own tests under a candidate."""

from __future__ import annotations

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Counterexample, Different, Undecided
from codeflash_python.stages.bench import ORIGINAL, Bench
from codeflash_python.tests.outcomes import TestRun, compare_runs, read_test_run, stable_tests
from codeflash_python.tests.selection import spread

MOST_TESTS = 300
TESTS_SECONDS = 180.0


async def run_tests(
    bench: Bench, project: Project, candidate: Side, corpus: Corpus
) -> tuple[str, ...] | Different | Undecided:
    """Run the tests that reach the target on both sides.

    Returns:
        The tests that pass on both, or why the candidate does not pass.
    """
    chosen = spread(corpus.reached_by, MOST_TESTS)
    original = await _run(bench, project, ORIGINAL, chosen)
    if isinstance(original, Undecided):
        return original
    under = await _run(bench, project, candidate, chosen)
    if isinstance(under, Undecided):
        return under
    difference = compare_runs(original, under)
    if difference.broken:
        again = await _run(bench, project, ORIGINAL, tuple(difference.broken), remember=False)
        stable = stable_tests(original, again) if isinstance(again, TestRun) else ()
        broken = {test: why for test, why in difference.broken.items() if test in stable}
        if broken:
            test, why = next(iter(broken.items()))
            return Different(
                Counterexample(test, "tests", "passes", _first_line(why), origin=test),
            )
    return difference.passed


async def _run(
    bench: Bench, project: Project, side: Side, tests: tuple[str, ...], *, remember: bool = True
) -> TestRun | Undecided:
    known = bench.tests.get((side.id, tests)) if remember else None
    if known is not None:
        return known
    program = bench.running(project, ("tests",))
    request = {"op": "tests", "ids": list(tests)}
    answer = await bench.client.ask(side, program, request, wall=TESTS_SECONDS)
    if answer.failure is not None:
        return Undecided(
            "the tests could not be run", f"{answer.failure.kind}: {answer.failure.detail[-300:]}"
        )
    try:
        run = read_test_run(answer.data, tests)
    except StageError as problem:
        return Undecided("malformed answer", problem.message)
    if side.id == ORIGINAL.id:
        bench.tests[(side.id, tests)] = run
    return run


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:300] if lines else "fails"
