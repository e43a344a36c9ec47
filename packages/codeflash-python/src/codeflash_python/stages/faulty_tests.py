"""Adequacy where no inputs could be kept: would the tests that reach the target notice a fault?

Each fault is a version of its own in a process of its own, so there are few of them.
"""

from __future__ import annotations

import time
from typing import Any

from codeflash_core.errors import CodeflashError, StageError
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Undecided
from codeflash_core.ports.language import CheckRequest
from codeflash_core.texts import decode
from codeflash_python.behaviour.endings import judge_endings
from codeflash_python.behaviour.faults import Variant
from codeflash_python.stages.adequacy import Adequacy, concluded, planned
from codeflash_python.stages.bench import Bench
from codeflash_python.stages.testing import proved_address
from codeflash_python.tests.outcomes import read_test_run

MOST = 8
"""Faults seeded into a candidate."""
MOST_REACHED = 16
"""Places to reach that are tried without a fault that shows them."""
ALL_SECONDS = 90.0
"""For all of them together; what does not fit is not tried."""
ONE_SECONDS = 60.0


async def seed_in_tests(
    bench: Bench, project: Project, request: CheckRequest, tests: tuple[str, ...]
) -> Adequacy | Undecided:
    """Seed faults into the candidate's changed lines and run the tests against each.

    Args:
        bench: The bench.
        project: The project.
        request: The check that passed.
        tests: The tests that pass on both sides.

    Returns:
        What the faults showed; undecided when there were faults to seed and none could be tried.
    """
    if not tests:
        return Adequacy(unseeded="no call could be kept, and no test that passes reaches the target")
    variants, why = planned(project, request, MOST)
    if not variants:
        return Adequacy(unseeded=why)
    end = time.monotonic() + ALL_SECONDS
    endings: list[str] = []
    tried = 0
    for variant in variants:
        known = _known(variant, variants, endings)
        left = min(ONE_SECONDS, end - time.monotonic())
        if known or left <= 0 or (variant.role == "reach" and tried >= MOST_REACHED):
            endings.append(known or "not-run")
            continue
        tried += variant.role == "reach"
        endings.append(await _ending(bench, project, request, variant, tests, left))
    return concluded(variants, judge_endings(variants, endings))


def _known(variant: Variant, variants: tuple[Variant, ...], endings: list[str]) -> str:
    """What is known of a variant without running it, or nothing."""
    if variant.role == "reach":
        shown = any(endings[number] in ("difference", "crash") for number in variant.proved_by)
        return "reached" if shown else ""
    if variant.role == "forced":
        # It only says something of faults that the tests let pass.
        passed = any(
            one.role == "fault" and one.condition == variant.condition and how == "survived"
            for one, how in zip(variants, endings, strict=False)
        )
        return "" if passed else "not-run"
    return ""


async def _ending(
    bench: Bench,
    project: Project,
    request: CheckRequest,
    variant: Variant,
    tests: tuple[str, ...],
    seconds: float,
) -> str:
    """How a variant ends under the tests, of :data:`codeflash_python.behaviour.endings.ENDINGS`."""
    path = variant.path or request.target.path
    try:
        content = decode(request.candidate.changes[path] or b"", path).encode(variant.text)
    except CodeflashError:
        return "unfit"
    side = Side.of({**request.candidate.changes, path: content})
    proved = proved_address(project, request.target, side)
    message: dict[str, Any] = {"op": "tests", "ids": list(tests), "proved": proved, "stop": True}
    program = bench.running(project, ("tests",))
    answer = await bench.client.ask(side, program, message, warm=False, wall=seconds)
    if answer.failure is not None:
        kinds = {"timeout": "timeout", "crash": "crash", "memory": "crash"}
        ending = kinds.get(answer.failure.kind, "not-run")
        # Cut by the end of the time for all: that says nothing about the fault.
        return "not-run" if ending == "timeout" and seconds < ONE_SECONDS else ending
    try:
        run = read_test_run(answer.data, tests, proved["sha256"])
    except StageError:
        return "not-run"
    if run.unproved[0] == "wrong-code":
        return "unfit"
    passed = all(run.outcomes[test].status == "passed" for test in tests)
    return "survived" if passed else "difference"
