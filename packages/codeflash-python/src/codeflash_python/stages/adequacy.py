"""Adequacy: would the inputs notice a fault in the changed lines?"""

from __future__ import annotations

from typing import Any

from codeflash_core.errors import CodeflashError
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Fault, Undecided
from codeflash_core.ports.language import CheckRequest
from codeflash_core.texts import decode
from codeflash_python.behaviour.compare import parse
from codeflash_python.behaviour.faults import judge, plan
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import HASH_SEEDS, Bench, Replay

FAULTS_SECONDS = 20.0
VARIANT_SECONDS = 3.0
SLOWDOWN = 4.0
"""A fault gets this many times the sound replay's time before it counts as hanging."""
UNTRIED = "the seeded faults could not be tried"


async def seed_faults(
    bench: Bench, project: Project, request: CheckRequest, what: Replay
) -> tuple[tuple[Fault, ...], tuple[str, ...]] | Undecided:
    """Seed faults into the candidate's changed lines and replay the inputs against each.

    Args:
        bench: The bench.
        project: The project.
        request: The check that passed.
        what: The replay of the corpus that passed.

    Returns:
        The faults that ran with what became of them, and notes for the reader; undecided when there were
        faults to seed and none could be tried, since nobody knows then what the checks would notice.
    """
    target = request.target
    content = request.candidate.changes.get(target.path)
    if content is None:
        return (), ("no faults were seeded: the target's own file does not change",)
    try:
        before = decode((project.root / target.path).read_bytes(), target.path).text
        variants = plan(before, decode(content, target.path).text, seed=request.seed)
    except (CodeflashError, OSError) as problem:
        return (), (f"no faults were seeded: {problem}",)
    if not variants:
        return (), ("no faults were seeded: the changed lines hold nothing to break",)
    sound = await bench.replay(project, request.candidate, what)
    try:
        replayed = parse(sound.data)
    except Malformed:
        return Undecided(UNTRIED, "the replay came back malformed")
    expected = replayed.digests[: len(what.calls)]
    lasting = SLOWDOWN * sum(call.seconds for call in replayed.calls)
    message: dict[str, Any] = {
        "op": "faults",
        "target": address(target),
        "seed": what.seed,
        "fix_clock": what.fix_clock,
        "call_wall": what.call_wall,
        "expected": list(expected),
        "variants": [variant.asked() for variant in variants],
        "variant_wall": max(VARIANT_SECONDS, lasting),
        "budget": FAULTS_SECONDS,
    }
    payloads = [call.payload for call in what.calls]
    program = bench.checking(project, target, HASH_SEEDS[0])
    answer = await bench.client.ask(
        request.candidate, program, message, payloads, wall=FAULTS_SECONDS + 2 * VARIANT_SECONDS
    )
    if answer.failure is not None:
        return Undecided(UNTRIED, answer.failure.kind)
    try:
        faults, notes = judge(variants, answer.data)
    except Malformed:
        return Undecided(UNTRIED, "their answer came back malformed")
    if notes and not faults:
        return Undecided(UNTRIED, notes[0])
    return faults, notes or (() if faults else ("no faults were seeded: none fits the loaded code",))
