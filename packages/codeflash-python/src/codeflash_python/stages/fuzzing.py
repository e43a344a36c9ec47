"""Fuzzing: inputs that are made only to find a difference, the same ones for every candidate of a target."""

from __future__ import annotations

from codeflash_core.model.corpus import Call
from codeflash_core.model.target import Project
from codeflash_core.ports.language import CheckRequest
from codeflash_python.stages.bench import Bench
from codeflash_python.stages.observing import ask_to_grow
from codeflash_python.stages.original import Original
from codeflash_python.stages.steadying import repeatable
from codeflash_python.stages.trimming import GROWN_BYTES, affordable, fitting, quick

SEED_APART = 7919
"""Keeps these inputs apart from those that were grown before the first candidate."""


async def fuzz_inputs(bench: Bench, project: Project, request: CheckRequest) -> tuple[Call, ...]:
    """Inputs beyond the corpus on which the original ends and repeats itself.

    Args:
        bench: The bench.
        project: The project.
        request: The check: its corpus is what they are made from, ``fuzz_cases`` how many are wanted.
    """
    corpus = request.corpus
    if not corpus.calls or not request.fuzz_cases:
        return ()
    recorded = tuple(call for call in corpus.calls if call.count) or corpus.calls
    cases = affordable(recorded, request.fuzz_cases)
    known = frozenset(call.id for call in corpus.calls)
    key = (request.target.id, request.seed, cases, corpus.fix_clock, known)
    found = bench.fuzz.get(key)
    if found is None:
        seed = request.seed + SEED_APART
        made, _ = await ask_to_grow(bench, project, request.target, recorded, seed, cases)
        fresh = quick(
            fitting(tuple({call.id: call for call in made if call.id not in known}.values()), GROWN_BYTES)
        )
        original = Original(bench, project, request.target, request.seed, corpus.fix_clock)
        found = bench.fuzz[key] = await repeatable(original, fresh)
    return found
