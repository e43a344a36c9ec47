"""A difference made small and readable: what is shown was replayed by itself, after the last step, and differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.verdict import Different, Verdict
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import HASH_SEEDS
from codeflash_python.stages.comparing import Check
from codeflash_python.stages.shrinking import shrink

MOST_TEXT = 2_000
"""Most characters of the arguments that are shown."""


async def explain(
    under_way: Check, verdict: Verdict, calls: Sequence[Call], index: int, hash_seed: int = HASH_SEEDS[0]
) -> Verdict:
    """A difference with its input made small, replayed and written out; other verdicts as they are.

    Args:
        under_way: The check that found it.
        verdict: What it found.
        calls: The inputs that were replayed together.
        index: The one that shows the difference, or -1.
        hash_seed: Value of ``PYTHONHASHSEED`` under which it was found.
    """
    if not isinstance(verdict, Different):
        return verdict
    if not 0 <= index < len(calls):
        found = verdict.counterexample
        together = f"all {len(calls):,} inputs, one after the other in one process"
        return evolve(verdict, counterexample=evolve(found, call=found.call or together))
    call = calls[index]
    shown, seen, alone = await _replayed(under_way, verdict, call, hash_seed)
    text, odd, cut = await _written(under_way, shown)
    notes = [] if alone else [_not_alone(index)]
    if odd:
        notes.append(f"not all of this can be written as Python: {', '.join(odd)}")
    if cut:
        notes.append("some of it is left out here for its length")
    if odd or cut or not alone:
        notes.append(_source(under_way, call, shrunk=shown.id != call.id))
    found = seen.counterexample
    return evolve(
        verdict,
        counterexample=evolve(
            found,
            call=text or found.call,
            shrunk=shown.id != call.id,
            origin=call.origin,
            note="; ".join(note for note in notes if note),
        ),
    )


async def _replayed(
    under_way: Check, verdict: Different, call: Call, hash_seed: int
) -> tuple[Call, Different, bool]:
    """The simplest input that differs when it is replayed by itself, and whether any does.

    What was found among other inputs may come from what those left behind.
    """
    simplest, _ = await shrink(under_way, verdict, call, hash_seed)
    for each in (simplest, call) if simplest.id != call.id else (call,):
        again, _ = await under_way.compare((each,), hash_seed, anew=True)
        if isinstance(again, Different):
            return each, again, True
    return call, verdict, False


def _not_alone(index: int) -> str:
    before = "the input before it" if index == 1 else f"the {index:,} inputs before it"
    if not index:
        return "seen when the inputs were replayed one after the other; by itself this one does not differ"
    return f"seen in one process after {before}; by itself this one does not differ"


def _source(under_way: Check, call: Call, *, shrunk: bool) -> str:
    """The workload that made the call, to make it again."""
    recorded = next(
        (each for each in under_way.request.corpus.calls if each.id == call.source and each.count), None
    )
    if call.count:
        made = f"{call.origin} makes this call" if call.origin else ""
        return (
            made.replace("makes this call", "makes the call that this was made smaller from")
            if shrunk
            else made
        )
    if recorded is not None and recorded.origin:
        return f"made from a call of {recorded.origin}"
    return ""


async def _written(under_way: Check, call: Call) -> tuple[str, tuple[str, ...], bool]:
    """The call as a person would write it, the types of what can't be written, and whether parts are left out."""
    target = under_way.request.target
    request: dict[str, Any] = {"op": "render", "target": address(target)}
    program = under_way.bench.checking(under_way.project, target, HASH_SEEDS[0])
    answer = await under_way.bench.client.ask(ORIGINAL, program, request, [call.payload], wall=20.0)
    if answer.failure is not None:
        return "", (), False
    text, odd, cut = (_first(answer.data.get(name)) for name in ("calls", "odd", "cut"))
    named = tuple(str(each)[:100] for each in odd[:5]) if isinstance(odd, list) else ()
    return str(text or "")[:MOST_TEXT], named, cut is True


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else None
