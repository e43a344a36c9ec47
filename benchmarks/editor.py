"""How long an editor waits for findings: a whole module looked at, and looked at again after one function was edited.

    python benchmarks/editor.py [--rounds N]

The module has 2,000 lines of the kind that projects have: modules of this repository, one after the other. Limits: 150 ms
for the whole of it; after an edit of one function, half of that.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from codeflash_lsp.findings.analysis import Analyst

LINES = 2_000
LIMITS = {"whole": 150.0, "after an edit": 75.0}
SOURCES = Path(__file__).resolve().parent.parent / "packages/codeflash-core/src/codeflash_core"
EDITED = "    codeflash_edit_{} = 1\n"


def module(lines: int = LINES) -> str:
    """A module of so many lines."""
    found: list[str] = []
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_text(encoding="utf-8").replace("from __future__ import annotations\n", "")
        try:
            compile(text, path.name, "exec")
        except SyntaxError:
            continue
        found += text.splitlines(keepends=True)
        if len(found) >= lines:
            break
    return "".join(found)


def edits(text: str) -> list[str]:
    """The text with a line more in one function, in as many ways as there are functions of one signature line."""
    lines = text.splitlines(keepends=True)
    places = [
        number
        for number, line in enumerate(lines)
        if line.startswith("def ") and line.rstrip().endswith(":") and lines[number + 1].startswith("    ")
    ]
    return [
        "".join([*lines[: place + 1], EDITED.format(number), *lines[place + 1 :]])
        for number, place in enumerate(places)
    ]


def milliseconds(rounds: int, seed: int = 0) -> tuple[dict[str, list[float]], dict[str, Any]]:
    """Wall milliseconds of each kind of look, and what was looked at."""
    text, chance = module(), random.Random(seed)
    edited = edits(text)
    found: dict[str, list[float]] = {name: [] for name in LIMITS}
    facts: dict[str, Any] = {}
    for _ in range(rounds):
        analyst = Analyst()
        for name, held in (("whole", text), ("after an edit", chance.choice(edited))):
            begun = time.perf_counter()
            seen = analyst.look(held)
            found[name].append((time.perf_counter() - begun) * 1000)
            if seen.problem:
                raise RuntimeError(seen.problem)
            facts[name] = seen.asked
    facts |= {"lines": text.count("\n"), "functions": len(seen.functions), "findings": len(seen.findings)}
    return found, facts


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line per figure; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description="Measure what an editor waits for.")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(arguments)
    found, facts = milliseconds(options.rounds)
    failed = False
    for name, limit in LIMITS.items():
        spent = statistics.median(found[name])
        failed |= spent > limit
        row = {
            "benchmark": f"editor: {name}",
            "ms": round(spent, 1),
            "most_ms": round(max(found[name]), 1),
            "limit_ms": limit,
            "asked": facts[name],
            **{key: facts[key] for key in ("lines", "functions", "findings")},
            "rounds": options.rounds,
            "passed": spent <= limit,
        }
        print(json.dumps(row), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
