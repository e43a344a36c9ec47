"""Where the time of the original goes, line by line: a fact for who proposes candidates, no measurement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.target import Project, Target
from codeflash_core.texts import content, decode
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import HASH_SEEDS, Bench

SECONDS = 0.3
"""Time for all calls together: shares settle soon."""
MOST_CALLS = 40


async def line_times(
    bench: Bench, project: Project, target: Target, calls: Sequence[Call], seed: int
) -> list[dict[str, Any]]:
    """Hits, seconds and text of each line that ran, as plain data; empty where that can't be told.

    Args:
        bench: The bench.
        project: The project.
        target: The target.
        calls: Recorded inputs.
        seed: Seed of the random state that each call finds.
    """
    used = sorted(calls, key=lambda call: -call.seconds)[:MOST_CALLS]
    request = {"op": "lines", "target": address(target), "seed": seed, "seconds": SECONDS}
    program = bench.checking(project, target, HASH_SEEDS[0])
    answer = await bench.client.ask(
        ORIGINAL, program, request, [call.payload for call in used], wall=10 * SECONDS
    )
    rows = answer.data.get("rows") if answer.failure is None else None
    if not isinstance(rows, list):
        return []
    text = decode(content(project.root, target.path, project.held), target.path).text.splitlines()
    return [row for each in rows if (row := _row(each, text)) is not None]


def _row(told: Any, text: Sequence[str]) -> dict[str, Any] | None:
    """One line of the profile; None for what a process that ran foreign code made up."""
    if not isinstance(told, list) or len(told) != 3 or not all(type(each) is int for each in told):
        return None
    line, hits, spent = told
    if not (1 <= line <= len(text) and 0 < hits < 10**12 and 0 <= spent < 10**15):
        return None
    return {"line": line, "hits": hits, "seconds": spent / 1e9, "text": text[line - 1]}
