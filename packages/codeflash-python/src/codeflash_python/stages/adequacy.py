"""Adequacy: would the inputs notice a fault in the changed lines?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from codeflash_core.errors import CodeflashError
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Evidence, Fault, Undecided
from codeflash_core.ports.language import CheckRequest
from codeflash_core.texts import content, decode
from codeflash_python.behaviour.changed_lines import same_code
from codeflash_python.behaviour.compare import parse
from codeflash_python.behaviour.endings import Seeded, judge
from codeflash_python.behaviour.faults import MOST, Variant, plan_all
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import HASH_SEEDS, Bench, Replay

FAULTS_SECONDS = 20.0
VARIANT_SECONDS = 3.0
SLOWDOWN = 4.0
"""A fault gets this many times the sound replay's time before it counts as hanging."""
REACH_SECONDS = 10.0
NOTHING = "no faults were seeded: the changed lines hold nothing to break"
UNTRIED = "the seeded faults could not be tried"


@frozen
class Adequacy:
    """What seeded faults show about the checks.

    Attributes:
        faults: The faults that ran.
        unreached: Changed places that no input reaches.
        unseeded: Why no faults could be seeded, or empty.
        notes: For the reader.
    """

    faults: tuple[Fault, ...] = ()
    unreached: tuple[str, ...] = ()
    unseeded: str = ""
    notes: tuple[str, ...] = ()

    def added_to(self, evidence: Evidence) -> Evidence:
        """The evidence with what was learnt here."""
        return evolve(
            evidence,
            faults=self.faults,
            unreached=self.unreached,
            unseeded=self.unseeded,
            notes=(*evidence.notes, *self.notes),
        )


async def seed_faults(
    bench: Bench, project: Project, request: CheckRequest, what: Replay
) -> Adequacy | Undecided:
    """Seed faults into the candidate's changed lines and replay the inputs against each.

    Args:
        bench: The bench.
        project: The project.
        request: The check that passed.
        what: The replay of the corpus that passed.

    Returns:
        What the faults showed; undecided when there were faults to seed and none could be tried, since nobody
        knows then what the checks would notice.
    """
    target = request.target
    variants, why = planned(project, request)
    if not variants:
        return Adequacy(unseeded=why)
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
        "reach_budget": REACH_SECONDS,
    }
    payloads = [call.payload for call in what.calls]
    program = bench.checking(project, target, HASH_SEEDS[0])
    wall = FAULTS_SECONDS + REACH_SECONDS + 2 * VARIANT_SECONDS
    answer = await bench.client.ask(request.candidate, program, message, payloads, wall=wall)
    if answer.failure is not None:
        return Undecided(UNTRIED, answer.failure.kind)
    try:
        seeded = judge(variants, answer.data)
    except Malformed:
        return Undecided(UNTRIED, "their answer came back malformed")
    return concluded(variants, seeded)


def concluded(variants: Sequence[Variant], seeded: Seeded) -> Adequacy | Undecided:
    """What the seeded faults say about the checks.

    Args:
        variants: The plan.
        seeded: What became of it.
    """
    to_break = any(variant.role == "fault" for variant in variants)
    if not to_break:
        # Nothing can be broken there; that the inputs run it is all that can be asked.
        return Adequacy(unreached=seeded.unreached, notes=(*seeded.notes, NOTHING))
    if seeded.faults:
        return Adequacy(seeded.faults, seeded.unreached, notes=seeded.notes)
    if seeded.notes:
        return Undecided(UNTRIED, seeded.notes[0])
    return Adequacy(unreached=seeded.unreached, unseeded="none fits the loaded code")


def planned(project: Project, request: CheckRequest, most: int = MOST) -> tuple[tuple[Variant, ...], str]:
    """The faults to seed into all changed modules, about so many; without any, why there are none.

    The reason is empty where nothing that runs has changed.
    """
    changed: dict[str, tuple[str, str]] = {}
    try:
        for path, new in request.candidate.changes.items():
            if new is None or not path.endswith(".py"):
                continue
            known = path in project.held or (project.root / path).is_file()
            before = decode(content(project.root, path, project.held), path).text if known else ""
            changed[path] = (before, decode(new, path).text)
    except (CodeflashError, OSError) as problem:
        return (), str(problem)
    variants = plan_all(changed, request.target.path, seed=request.seed, most=most)
    others = len(changed) < len(request.candidate.changes)
    if variants or (not others and all(same_code(*texts) for texts in changed.values())):
        return variants, ""
    return (), "the changed lines are in no function, and hold nothing to break"
