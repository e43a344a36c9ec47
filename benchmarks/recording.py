"""What recording calls adds to the tests that are recorded, in one interleaved run.

    python benchmarks/recording.py [--rounds N]

The tests of ``examples/shop`` run in the sandbox with no target and with every target recorded. Limit: three times as
long, or one second more, whichever is more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from opening import HERE, opened

from codeflash_core.model.target import Target
from codeflash_core.pipeline.session import Session
from codeflash_core.ports.language import Query

RATIO = 3.0
SECONDS = 1.0
EXAMPLE = HERE.parent / "examples" / "shop"


async def observed(session: Session, targets: Sequence[Target]) -> float:
    """Return the wall seconds of one run of the tests with the calls of ``targets`` recorded."""
    engine = session.engine
    started = time.perf_counter()
    await engine.language.observe(engine.project, targets, engine.workload, 0)
    return time.perf_counter() - started


async def measure(rounds: int) -> tuple[list[float], list[float], int]:
    """Return seconds without and with recording, by round, and how many targets are recorded."""
    plain, recorded = [], []
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "shop"
        shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
        async with opened(root, Path(place) / "state", ("tests",)) as session:
            engine = session.engine
            targets = await engine.language.discover(engine.project, Query(everything=True))
            await observed(session, ())
            for _ in range(rounds):
                plain.append(await observed(session, ()))
                recorded.append(await observed(session, targets))
    return plain, recorded, len(targets)


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line; return 1 when the limit is passed."""
    parser = argparse.ArgumentParser(description="Measure what recording costs.")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    plain, recorded, count = asyncio.run(measure(options.rounds))
    ratio = statistics.median(one / other for one, other in zip(recorded, plain, strict=True))
    more = statistics.median(one - other for one, other in zip(recorded, plain, strict=True))
    row = {
        "benchmark": "recording",
        "targets": count,
        "ratio": round(ratio, 2),
        "more_seconds": round(more, 2),
    }
    print(json.dumps(row | {"limit": f"{RATIO:g}x or {SECONDS:g} s"}))
    return int(ratio > RATIO and more > SECONDS)


if __name__ == "__main__":
    sys.exit(main())
