"""What recording costs: tests with the target's calls recorded, and the same tests without, in turns.

    python benchmarks/recording.py [--rounds N]

Limit: three times the plain run, or one second more, whichever is more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opening import copy_subject, opened

from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.target import Target
from codeflash_core.pipeline.session import Session
from codeflash_core.ports.language import Query
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import Bench

TESTS = "tests/test_register.py"
TARGETS = {"few long calls": "register.py::numbered", "20 000 short calls": "register.py::checksum"}
RATIO, SECONDS = 3.0, 1.0


async def compare(name: str, rounds: int, place: Path) -> dict[str, Any]:
    """The median time of both kinds of run, in fresh processes."""
    async with opened(copy_subject(place), place / "state", [TESTS]) as session:
        engine = session.engine
        (target,) = await engine.language.discover(engine.project, Query(names=(TARGETS[name],)))
        bench = Bench(session.workshop.host, {}, place)
        plain: Mapping[str, Any] = {"op": "tests", "args": [TESTS]}
        recorded = {
            "op": "record",
            "targets": [address(target)],
            "workload": {"kind": "tests", "args": [TESTS]},
            "seed": 0,
        }
        spent: dict[str, list[float]] = {"plain": [], "recorded": []}
        chance = random.Random(0)
        for number in range(rounds + 1):
            for kind in chance.sample(sorted(spent), 2):
                seconds = await _timed(session, bench, target, plain if kind == "plain" else recorded)
                if number:  # the first round warms the disk's caches
                    spent[kind].append(seconds)
    return row(name, spent["plain"], spent["recorded"])


async def _timed(session: Session, bench: Bench, target: Target, request: Mapping[str, Any]) -> float:
    program = bench.running(session.engine.project, ("record", "tests"))
    begun = time.monotonic()
    answer = await bench.client.ask(ORIGINAL, program, request, warm=False, wall=300.0)
    seconds = time.monotonic() - begun
    if answer.failure is not None:
        raise RuntimeError(f"{target.id}: {answer.failure.detail}")
    return seconds


def row(name: str, plain: list[float], recorded: list[float]) -> dict[str, Any]:
    """The figure for one target."""
    ratio = statistics.median(one / other for one, other in zip(recorded, plain, strict=True))
    more = statistics.median(one - other for one, other in zip(recorded, plain, strict=True))
    return {
        "benchmark": f"recording: {name}",
        "ratio": round(ratio, 2),
        "limit": RATIO,
        "more_seconds": round(more, 3),
        "plain_seconds": round(statistics.median(plain), 3),
        "rounds": len(plain),
        "passed": ratio <= RATIO or more <= SECONDS,
    }


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line per figure; return 1 when the limit is passed."""
    parser = argparse.ArgumentParser(description="Measure what recording costs.")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    failed = False
    for name in TARGETS:
        with tempfile.TemporaryDirectory(prefix="codeflash-recording-") as place:
            figures = asyncio.run(compare(name, options.rounds, Path(place)))
        failed |= not figures["passed"]
        print(json.dumps(figures), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
