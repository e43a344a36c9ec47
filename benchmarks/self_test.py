"""Is the decision "faster" right? Identical code against itself, and a true gain of 5 %.

    python benchmarks/self_test.py --kind same --decisions 500     false "faster" among A/A decisions
    python benchmarks/self_test.py --kind gain --decisions 100     share of true 5 % gains that is found

Every decision is the whole procedure on real blocks of the real worker: the A/A control of the run, where its
blocks do not hold one themselves, then the sequential test on unseen inputs. Screening is left out, so the count of
false decisions errs upwards. Each decision is a line of ``results/self-test-<kind>.jsonl`` as soon as it is made; a
run goes on where the file ends. ``--mode`` makes decisions of one mode only, ``--into`` keeps them elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve
from decided import RESULTS, add, missing, stored
from load import busy
from opening import SUBJECT, copy_subject, opened

from codeflash_core.model.comparison import Control, Outcome
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.side import Side
from codeflash_core.model.target import Target
from codeflash_core.pipeline.blocks import Mode
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.measure import Stopwatch
from codeflash_core.pipeline.session import Session
from codeflash_core.pipeline.steps import Steps
from codeflash_core.ports.language import Query
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.journal import Journal
from codeflash_core.stats.shares import lower_bound, upper_bound

FUNCTIONS = ("congruences", "tally", "labels", "ordered")
PATH = "units.py"
CONTROL_EVERY = 8
"""Decisions on one function that one A/A control serves; in a run it serves all of a target's candidates."""
SEPARATE_EVERY = 5
"""Each so manieth decision is made from processes of one version each, as for candidates handed in."""
LIMITS = {"same": 1 / 500, "gain": 0.95}


def sides(kind: str, name: str) -> tuple[Side, Side]:
    """The two versions of a decision: the same code, or 21 units of work against 20."""
    text = (SUBJECT / PATH).read_text(encoding="utf-8")
    if kind == "same":
        # Another file, so another copy of the project and another compilation; the same code.
        return Side(), Side.of({PATH: f"{text}\n# The same.\n".encode()})
    head, mark, tail = text.partition(f"\ndef {name}(")
    faster = head + mark + tail.replace("range(21)", "range(20)", 1)
    return Side(), Side.of({PATH: faster.encode()})


class Decisions:
    """Makes decisions, one after the other, on an open engine."""

    def __init__(
        self, session: Session, kind: str, journals: Path, busy_processes: int, mode: Mode | None = None
    ) -> None:
        """Prepare.

        Args:
            session: The engine.
            kind: ``same`` or ``gain``.
            journals: Folder for the journals, which are thrown away.
            busy_processes: How many processes keep the cores busy; recorded.
            mode: The mode of all decisions, or None for the usual mixture.
        """
        self._session = session
        self._mode = mode
        self._kind = kind
        self._journals = journals
        self._busy = busy_processes
        self._targets: dict[str, Target] = {}
        self._corpora: dict[str, Corpus] = {}
        self._controls: dict[str, tuple[int, Control]] = {}

    async def prepare(self) -> None:
        """Record and grow the inputs of every function, once."""
        engine = self._session.engine
        names = tuple(f"{PATH}::{name}" for name in FUNCTIONS)
        targets = await engine.language.discover(engine.project, Query(names=names))
        observed = await engine.language.observe(engine.project, targets, engine.workload, 0)
        for target, corpus in zip(targets, observed, strict=True):
            grown = await engine.language.grow(engine.project, target, corpus, 0)
            if grown.problem or not grown.calls:
                raise RuntimeError(f"{target.id}: {grown.problem or 'no calls'}")
            self._targets[target.qualname] = target
            self._corpora[target.qualname] = grown

    async def decide(self, number: int) -> dict[str, Any]:
        """Make one decision; its function, seed and mode follow from its number."""
        name = FUNCTIONS[number % len(FUNCTIONS)]
        usual: Mode = "separate" if number % SEPARATE_EVERY == SEPARATE_EVERY - 1 else "paired"
        mode = self._mode or usual
        a, b = sides(self._kind, name)
        begun = time.monotonic()
        path = self._journals / f"{number}.jsonl"
        with Journal(path) as journal:
            converter = make_converter(BlobStore(self._journals / "blobs"))
            engine = evolve(
                self._session.engine,
                steps=Steps(journal, converter, {}),
                settings=evolve(self._session.engine.settings, seed=number + 1),
            )
            stopwatch = Stopwatch(engine, self._targets[name], self._corpora[name], Budget(600))
            if mode == "paired":
                await self._control(stopwatch, name, number)
            comparison = await stopwatch.confirm(a, b, mode, 1)
        path.unlink()
        control = comparison.control or stopwatch.control
        return {
            "number": number,
            "function": name,
            "mode": comparison.blocks[0].mode if comparison.blocks else mode,
            "outcome": comparison.outcome.value,
            "interval": str(comparison.interval),
            "blocks": len(comparison.blocks),
            "delta": round(comparison.delta, 4),
            "noisy": bool(control and control.noisy),
            "problem": comparison.problem,
            "busy": self._busy,
            "load": round(os.getloadavg()[0], 2),
            "seconds": round(time.monotonic() - begun, 2),
        }

    async def _control(self, stopwatch: Stopwatch, name: str, number: int) -> None:
        made, control = self._controls.get(name, (-1, None))
        if control is not None and number - made < CONTROL_EVERY * len(FUNCTIONS):
            stopwatch.control = control
            return
        await stopwatch.calibrate()
        if stopwatch.control is not None:
            self._controls[name] = number, stopwatch.control


def result_path(kind: str, into: Path = RESULTS) -> Path:
    """Where the decisions of a kind are kept."""
    return into / f"self-test-{kind}.jsonl"


def summary(kind: str, decisions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of some decisions, with exact one-sided 95 % bounds."""
    total = len(decisions)
    found = sum(row["outcome"] == Outcome.FASTER.value for row in decisions)
    broken = [row for row in decisions if row["outcome"] == Outcome.INCONCLUSIVE.value and not row["blocks"]]
    figures = {
        "benchmark": f"self-test: {'identical code' if kind == 'same' else 'true gain of 5 %'}",
        "decisions": total,
        "faster": found,
        "broken": len(broken),
        "noisy": sum(row["noisy"] for row in decisions),
        "blocks": sorted(row["blocks"] for row in decisions)[total // 2] if total else 0,
        "load": sorted(row["load"] for row in decisions)[total // 2] if total else 0,
        "least_load": min((row["load"] for row in decisions), default=0),
        "seconds": sorted(row["seconds"] for row in decisions)[total // 2] if total else 0,
        "limit": LIMITS[kind],
    }
    if total and kind == "same":
        figures["upper_bound"] = round(upper_bound(found, total), 5)
    elif total:
        figures["lower_bound"] = round(lower_bound(found, total), 5)
        figures["share"] = round(found / total, 4)
    return figures


async def make(path: Path, wanted: int, place: Path, options: argparse.Namespace) -> None:
    """Make decisions until there are as many as wanted."""
    todo = missing(path, wanted)
    if not todo:
        return
    root = copy_subject(place)
    async with opened(root, place / "state", ["tests/test_units.py"]) as session:
        decisions = Decisions(session, options.kind, place / "journals", options.busy, options.mode)
        await decisions.prepare()
        for number in todo:
            add(path, await decisions.decide(number))


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line; return 1 when there are too many false decisions, or too few right ones."""
    parser = argparse.ArgumentParser(description="Test the decision itself.")
    parser.add_argument("--kind", choices=sorted(LIMITS), default="same")
    parser.add_argument("--decisions", type=int, default=500)
    parser.add_argument("--busy", type=int, default=os.cpu_count() or 2, help="busy processes besides")
    parser.add_argument("--mode", choices=("paired", "separate"), help="decisions of one mode only")
    parser.add_argument("--into", type=Path, default=RESULTS, help="folder for the decisions")
    options = parser.parse_args(arguments)
    path = result_path(options.kind, options.into)
    with busy(options.busy), tempfile.TemporaryDirectory(prefix="codeflash-self-test-") as place:
        asyncio.run(make(path, options.decisions, Path(place), options))
    figures = summary(options.kind, stored(path))
    print(json.dumps(figures))
    if options.kind == "same":
        return int(figures["faster"] > max(1, figures["decisions"] * LIMITS["same"]))
    return int(figures["share"] < LIMITS["gain"])


if __name__ == "__main__":
    sys.exit(main())
