"""``codeflash compare --command`` beside hyperfine: identical commands, and one with a twentieth less to do.

    python benchmarks/commands.py [--kind same|gain] [--decisions 60] [--busy N]

Both get the same two commands on the same busy machine, in random order, and the second no more time than the first
took: ``compare`` gets hyperfine's wall time as its budget. hyperfine prints a ratio and its deviation; it is read as
"different" where one deviation does not reach 1. Each decision is a line of ``results/commands-<kind>.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from decided import RESULTS, add, missing, stored
from load import busy

WORK = "total = 0\nfor number in range({count}):\n    total += number * number % 7\n"
COUNT = 200_000
LESS = 190_000
MOST_FALSE, LEAST_FOUND = 1, 57
"""Of 60 decisions."""


def commands(kind: str, place: Path) -> tuple[str, str]:
    """The two commands of a decision: the second does the same, or a twentieth less."""
    files = []
    for name, count in (("base", COUNT), ("head", COUNT if kind == "same" else LESS)):
        files.append(place / f"{name}.py")
        files[-1].write_text(WORK.format(count=count), encoding="utf-8")
    first, second = (shlex.join([sys.executable, "-S", str(file)]) for file in files)
    return first, second


def hyperfine(first: str, second: str, place: Path) -> dict[str, Any]:
    """Its reading of two commands, with its default settings but for the shell."""
    exported = place / "hyperfine.json"
    begun = time.monotonic()
    words = ["hyperfine", "-N", "--style", "none", "--export-json", str(exported), first, second]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - begun
    one, other = json.loads(exported.read_text(encoding="utf-8"))["results"]
    ratio = one["mean"] / other["mean"]
    # As it prints the ratio: the relative deviations of both runs, added as squares.
    deviation = ratio * ((one["stddev"] / one["mean"]) ** 2 + (other["stddev"] / other["mean"]) ** 2) ** 0.5
    outcome = "faster" if ratio - deviation > 1 else "slower" if ratio + deviation < 1 else "no-difference"
    runs = len(one["times"]) + len(other["times"])
    return {"outcome": outcome, "ratio": ratio, "deviation": deviation, "seconds": wall, "runs": runs}


def compare(first: str, second: str, seconds: float, seed: int) -> dict[str, Any]:
    """The engine's decision within a budget."""
    begun = time.monotonic()
    words = [sys.executable, "-m", "codeflash_cli", "compare", "--command", first, "--command", second]
    words += ["--budget", f"{max(1, round(seconds))}s", "--seed", str(seed), "--json"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    told = json.loads(done.stdout)
    return {"outcome": told["outcome"], **told["speedup"], "seconds": time.monotonic() - begun}


def decide(kind: str, number: int, place: Path) -> dict[str, Any]:
    """One decision by each; hyperfine goes first, since its time is the other's budget."""
    names = commands(kind, place)
    first, second = names if kind == "gain" or random.Random(number).random() < 0.5 else names[::-1]
    load = os.getloadavg()[0]
    theirs = hyperfine(first, second, place)
    ours = compare(first, second, theirs["seconds"], number)
    return {"number": number, "load": round(load, 2), "compare": ours, "hyperfine": theirs}


def summary(kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How often each said what."""

    def count(who: str, *outcomes: str) -> int:
        return sum(row[who]["outcome"] in outcomes for row in rows)

    figures: dict[str, Any] = {
        "benchmark": f"compare --command: {'identical commands' if kind == 'same' else 'a true gain of 5 %'}",
        "decisions": len(rows),
        "load": sorted(row["load"] for row in rows)[len(rows) // 2] if rows else 0,
    }
    for who in ("compare", "hyperfine"):
        figures[who] = {
            "faster": count(who, "faster"),
            "slower": count(who, "slower"),
            "no-difference": count(who, "no-difference"),
            "inconclusive": count(who, "inconclusive"),
            "seconds": round(sorted(row[who]["seconds"] for row in rows)[len(rows) // 2], 1) if rows else 0,
        }
    if kind == "same":
        wrong = count("compare", "faster", "slower")
        return figures | {"limit": MOST_FALSE, "passed": wrong <= MOST_FALSE * max(1, len(rows) / 60)}
    return figures | {
        "limit": LEAST_FOUND,
        "passed": count("compare", "faster") >= LEAST_FOUND * len(rows) / 60,
    }


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line for each kind; return 1 when a limit was passed."""
    parser = argparse.ArgumentParser(description="Compare commands beside hyperfine.")
    parser.add_argument("--kind", choices=("same", "gain"), action="append")
    parser.add_argument("--decisions", type=int, default=60)
    parser.add_argument("--busy", type=int, default=os.cpu_count() or 2, help="busy processes besides")
    parser.add_argument("--into", type=Path, default=RESULTS, help="folder for the decisions")
    options = parser.parse_args(arguments)
    if shutil.which("hyperfine") is None:
        print("hyperfine is not installed: nothing to compare with", file=sys.stderr)
        return 1
    passed = True
    for kind in options.kind or ("same", "gain"):
        path = options.into / f"commands-{kind}.jsonl"
        with busy(options.busy), tempfile.TemporaryDirectory(prefix="codeflash-commands-") as place:
            for number in missing(path, options.decisions):
                add(path, decide(kind, number, Path(place)))
        figures = summary(kind, stored(path))
        print(json.dumps(figures), flush=True)
        passed = passed and figures["passed"]
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main())
