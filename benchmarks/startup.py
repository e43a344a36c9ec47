"""How long the command takes to start, as a multiple of a bare interpreter, in one interleaved run.

    python benchmarks/startup.py [--rounds N]

Limits: ``--help`` at most 6 times and ``--version`` at most 2 times ``python -c pass``.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
COMMANDS = {
    "bare": [sys.executable, "-c", "pass"],
    "help": [str(BIN / "codeflash"), "--help"],
    "version": [str(BIN / "codeflash"), "--version"],
}
LIMITS = {"help": 6.0, "version": 2.0}
HEAVY = ("rich", "pydantic", "libcst", "httpx", "pytest", "hypothesis", "cattrs", "tomlkit", "asyncio")
"""Modules that must not be imported before a command needs them."""


def times(rounds: int, seed: int = 0) -> dict[str, list[float]]:
    """Return wall seconds of every command, in rounds of random order."""
    chance = random.Random(seed)
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name in chance.sample(sorted(COMMANDS), len(COMMANDS)):
            started = time.perf_counter()
            subprocess.run(COMMANDS[name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            found[name].append(time.perf_counter() - started)
    return found


def heavy_imports() -> list[str]:
    """Return the heavy modules that ``codeflash --help`` imports."""
    command = [sys.executable, "-X", "importtime", *COMMANDS["help"]]
    log = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in log.splitlines() if "|" in line}
    return sorted(names & set(HEAVY))


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line per figure; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description="Measure start-up.")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args(arguments)
    found = times(options.rounds)
    bare = statistics.median(found["bare"])
    failed = False
    for name, limit in LIMITS.items():
        # Paired by round: what slows the machine down meets both.
        ratio = statistics.median(one / other for one, other in zip(found[name], found["bare"], strict=True))
        failed |= ratio > limit
        seconds = statistics.median(found[name])
        row = {"benchmark": f"start-up: {name}", "ratio": round(ratio, 2), "limit": limit}
        print(json.dumps(row | {"ms": round(seconds * 1000, 1), "bare_ms": round(bare * 1000, 1)}))
    heavy = heavy_imports()
    print(json.dumps({"benchmark": "start-up: heavy imports", "found": heavy, "limit": []}))
    return int(failed or bool(heavy))


if __name__ == "__main__":
    sys.exit(main())
