"""How long a decision takes: one candidate on a warm engine, and whole runs with one and three candidates.

    python benchmarks/optimizing.py [--rounds N] [--json]

The subject is one function of about a millisecond with its tests; candidates are handed in, as by a source that
answers at once. It imports nothing of its own, so no import time is taken off. Whole runs are fresh processes, the
interpreter's start included. ``trusted`` candidates are confirmed in shared processes, as those of the rewrites;
the others in processes of one version each, as those of a model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import evolve
from opening import SUBJECT, GivenSource, copy_subject, edited, opened

from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.target import Target
from codeflash_core.pipeline.optimize import optimize_target
from codeflash_core.pipeline.run import choose_targets, observe_targets, optimize_run
from codeflash_core.pipeline.session import Session
from codeflash_core.pipeline.steps import Steps
from codeflash_core.ports.language import Query
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.journal import Journal, read_entries

PATH = "register.py"
TARGET = f"{PATH}::numbered"
TESTS = ["tests/test_register.py"]
LIMITS = {"warm": 3.0, "one": 5.0, "three": 10.0}
COUNTS = {"one": 1, "three": 3}

BODY = """    found: list[int] = []
    for value in values:
        found = found + [value * 3 % 1009]  # noqa: RUF005 - the slowness that is wanted
    return found
"""
FASTER = (
    """    found: list[int] = []
    for one in values:
        found.append(one * 3 % 1009)
    return found
""",
    """    return [one * 3 % 1009 for one in values]
""",
    """    found: list[int] = []
    for one in values:
        found += [one * 3 % 1009]
    return found
""",
)


def texts(count: int, salt: int = 0) -> list[str]:
    """Faster versions of the module; another salt gives others that are equally fast.

    Args:
        count: How many, up to three.
        salt: Part of a local name.
    """
    text = (SUBJECT / PATH).read_text(encoding="utf-8")
    made = [edited(text, {BODY: body}) for body in FASTER[:count]]
    return [each.replace("one ", f"one{salt} ") for each in made]


def seconds_by_step(journal: Path) -> dict[str, float]:
    """Time of a run's steps by the first word of their names; overlapping steps count in full."""
    spent: dict[str, float] = defaultdict(float)
    for entry in read_entries(journal):
        if entry["kind"] == "step":
            spent[entry["name"].partition(":")[0]] += entry["seconds"]
    return {name: round(seconds, 3) for name, seconds in spent.items()}


async def whole(count: int, *, trusted: bool, place: Path) -> dict[str, Any]:
    """One run from nothing to its decision, on the copy of the subject in ``place``."""
    begun = time.monotonic()
    source = GivenSource(texts(count), trusted=trusted)
    async with opened(place / "subject", place / "state", TESTS, [source]) as session:
        ready = time.monotonic()
        outcome = await optimize_run(session.engine, Query(names=(TARGET,)), session.identity)
        session.finish(outcome.report)
        ended = time.monotonic()
        steps = seconds_by_step(session.folder / "journal.jsonl")
    closed = time.monotonic()
    steps |= {"open": round(ready - begun, 3), "close": round(closed - ended, 3)}
    return _told(outcome.report.results[0], count) | {"steps": steps}


def _told(result: TargetResult, count: int) -> dict[str, Any]:
    tried = [attempt for attempt in result.attempts if attempt.verdict is not None and attempt.screening]
    if len(tried) < count:
        raise RuntimeError(f"{len(tried)} of {count} candidates were tried: {result.decision}")
    best = result.best
    comparison = best.comparison if best else None
    return {
        "decision": result.decision.word.value,
        "reasons": list(result.decision.reasons),
        "blocks": len(comparison.blocks) if comparison else 0,
        "speedup": str(comparison.interval) if comparison else "",
    }


async def warm(rounds: int, *, trusted: bool, place: Path) -> list[dict[str, Any]]:
    """Decisions on further candidates of an engine that has already decided on one."""
    async with opened(copy_subject(place), place / "state", TESTS) as session:
        (target,) = await choose_targets(session.engine, Query(names=(TARGET,)))
        (corpus,) = await observe_targets(session.engine, (target,))
        return [
            await _decide(session, target, corpus, number, trusted=trusted) for number in range(rounds + 1)
        ][1:]


async def _decide(
    session: Session, target: Target, corpus: Corpus, number: int, *, trusted: bool
) -> dict[str, Any]:
    """One candidate; what an earlier one found out of the original is taken from the journal, as when resumed."""
    finished = {}
    if number:
        known = ("grow", "control")
        for entry in read_entries(session.folder / "warm-0.jsonl"):
            if entry["kind"] == "step" and entry["name"].startswith(known):
                finished[entry["name"]] = entry["value"]
    path = session.folder / f"warm-{number}.jsonl"
    with Journal(path) as journal:
        steps = Steps(journal, make_converter(BlobStore(session.folder / "blobs")), finished)
        source = GivenSource(texts(1, number), trusted=trusted)
        engine = evolve(session.engine, sources=[source], steps=steps)
        begun = time.monotonic()
        optimized = await optimize_target(engine, target, corpus)
        seconds = time.monotonic() - begun
    told = _told(optimized.result, 1)
    return told | {"seconds": round(seconds, 3), "steps": seconds_by_step(path)}


def timed_runs(name: str, rounds: int, *, trusted: bool) -> list[dict[str, Any]]:
    """Whole runs in processes of their own."""
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="codeflash-optimizing-") as place:
            copy_subject(Path(place))
            command = [sys.executable, str(Path(__file__)), "--once", name, "--place", place]
            begun = time.monotonic()
            done = subprocess.run(
                [*command, *(["--trusted"] if trusted else [])], stdout=subprocess.PIPE, text=True, check=True
            )
            seconds = time.monotonic() - begun
        found.append(json.loads(done.stdout) | {"seconds": round(seconds, 3)})
    return found


def row(name: str, runs: Sequence[dict[str, Any]], *, trusted: bool) -> dict[str, Any]:
    """The median of some runs, and what their steps took."""
    names = dict.fromkeys(step for run in runs for step in run["steps"])
    steps = {step: statistics.median(run["steps"].get(step, 0.0) for run in runs) for step in names}
    titles = {"warm": "decision, warm engine", "one": "whole run, 1 candidate"}
    return {
        "benchmark": titles.get(name, "whole run, 3 candidates"),
        "candidates": "trusted" if trusted else "handed in",
        "seconds": statistics.median(run["seconds"] for run in runs),
        "limit": LIMITS[name],
        "rounds": len(runs),
        "decisions": sorted({run["decision"] for run in runs}),
        "blocks": statistics.median(run["blocks"] for run in runs),
        "steps": {step: round(seconds, 3) for step, seconds in steps.items()},
    }


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line per figure; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description="Time decisions and whole runs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=sorted(LIMITS), help="one of the figures")
    parser.add_argument("--once", choices=sorted(COUNTS), help="one whole run, in this process")
    parser.add_argument("--place", type=Path, help="folder with a copy of the subject, with --once")
    parser.add_argument("--trusted", action="store_true", help="candidates as of the catalogue, with --once")
    options = parser.parse_args(arguments)
    if options.once:
        work = whole(COUNTS[options.once], trusted=options.trusted, place=options.place)
        print(json.dumps(asyncio.run(work)))
        return 0
    with tempfile.TemporaryDirectory(prefix="codeflash-optimizing-") as place:
        failed = False
        for trusted in (True, False):
            for name in [options.only] if options.only else LIMITS:
                if name == "warm":
                    folder = Path(place) / f"warm-{trusted}"
                    folder.mkdir()
                    runs = asyncio.run(warm(options.rounds, trusted=trusted, place=folder))
                else:
                    runs = timed_runs(name, options.rounds, trusted=trusted)
                figures = row(name, runs, trusted=trusted)
                failed |= figures["seconds"] > figures["limit"]
                print(json.dumps(figures), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
