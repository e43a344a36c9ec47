"""Does a change hold the answers to the recorded inputs, and is it right on these only? Asked where it was found wrong or slow."""

from __future__ import annotations

import ast

from attrs import evolve

from codeflash_core.errors import CodeflashError
from codeflash_core.model.cheat import Cheat
from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.verdict import Different, Same, Undecided, Verdict
from codeflash_core.texts import content, decode
from codeflash_python.behaviour.answers import (
    Recorded,
    arguments_of,
    constant_of,
    held_answers,
    new_constants,
)
from codeflash_python.behaviour.compare import differing, parse
from codeflash_python.behaviour.graphs import Malformed, checked_nodes, show
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import HASH_SEEDS
from codeflash_python.stages.comparing import Check
from codeflash_syntax.parse import SyntaxProblem, parse_module

MOST = 40
"""Most recorded calls whose inputs and results are looked for in a change."""
LONGEST = 2_000
"""Most characters of a result."""
TIMES = 20
"""How many times as much of an input is looked at as a reader is shown."""


async def suspect(under_way: Check, verdict: Verdict) -> Verdict:
    """The verdict, with the cheat that the change is if it is right or faster on the recorded inputs only.

    Args:
        under_way: The check.
        verdict: What it found.
    """
    recorded = tuple(call for call in under_way.request.corpus.calls if call.count)
    if isinstance(verdict, Undecided) or not recorded:
        return verdict
    suspicion = await _suspicion(under_way, recorded[:MOST])
    if suspicion is None:
        return verdict
    wrong = isinstance(verdict, Different) and await _right_on_these_only(under_way, recorded)
    return evolve(verdict, evidence=evolve(verdict.evidence, suspicion=suspicion, only_recorded=wrong))


async def _suspicion(under_way: Check, recorded: tuple[Call, ...]) -> Cheat | None:
    trees = _trees(under_way)
    constants = new_constants(*trees) if trees else {}
    if not constants:
        return None
    return held_answers(constants, await _as_constants(under_way, recorded))


def _trees(under_way: Check) -> tuple[ast.Module, ast.Module] | None:
    """The target's module before and after."""
    project, path = under_way.project, under_way.request.target.path
    changed = under_way.request.candidate.changes.get(path)
    if changed is None:
        return None
    try:
        before = decode(content(project.root, path, project.held), path).text
        return parse_module(before), parse_module(decode(changed, path).text)
    except (CodeflashError, OSError, SyntaxProblem):
        return None


async def _as_constants(under_way: Check, calls: tuple[Call, ...]) -> list[Recorded]:
    """The recorded calls as far as they can be written: from the original's process, which holds nothing of the change."""
    target, bench = under_way.request.target, under_way.bench
    program = bench.checking(under_way.project, target, HASH_SEEDS[0])
    request = {"op": "render", "target": address(target), "times": TIMES}
    shown = await bench.client.ask(ORIGINAL, program, request, [call.payload for call in calls], wall=20.0)
    texts, cut = shown.data.get("calls"), shown.data.get("cut")
    if shown.failure is not None or not isinstance(texts, list) or not isinstance(cut, list):
        return []
    what = under_way.replay(calls, HASH_SEEDS[0], tuple(range(len(calls))), again=False)
    replayed = await bench.replay(under_way.project, ORIGINAL, what)
    if replayed.failure is not None:
        return []
    try:
        outcomes = parse(replayed.data).calls
    except Malformed:
        return []
    found = []
    for text, left_out, outcome in zip(texts, cut, outcomes, strict=False):
        inputs = () if left_out or not isinstance(text, str) else arguments_of(text)
        found.append(Recorded(inputs, constant_of(_result(outcome.full))))
    return found


def _result(full: object) -> str:
    """The result of a call as source, or an empty string."""
    if not isinstance(full, dict) or "result" not in full:
        return ""
    try:
        return show(checked_nodes(full.get("nodes")), full["result"], LONGEST, 6)
    except Malformed:
        return ""


async def _right_on_these_only(under_way: Check, recorded: tuple[Call, ...]) -> bool:
    """Whether the change is right on each recorded input, and wrong on another that the original has a result for."""
    verdict, _ = await under_way.compare(recorded, again=False)
    if not isinstance(verdict, Same):
        return False
    corpus = under_way.request.corpus
    known = {call.id for call in recorded}
    others = (*corpus.unseen, *(call for call in corpus.calls if not call.count))
    what = under_way.replay(
        tuple(call for call in others if call.id not in known), HASH_SEEDS[0], again=False
    )
    original = await under_way.bench.replay(under_way.project, ORIGINAL, what)
    candidate = await under_way.bench.replay(under_way.project, under_way.request.candidate, what)
    if original.failure is not None or candidate.failure is not None:
        return False
    try:
        calls = parse(original.data).calls
    except Malformed:
        return False
    wrong = differing(original.data, candidate.data, under_way.left_out)
    return any(not calls[at].raised and not calls[at].timeout for at in wrong)
