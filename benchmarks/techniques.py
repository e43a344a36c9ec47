"""How much faster the fast version of each technique of the plugin is, from the same blocks that the tests run.

    python benchmarks/techniques.py [--processes N] [--rounds N] [--only TEXT]

Both versions take turns in every process; the ratio is the mean over fresh processes with its 95 % interval. There is no limit on a
ratio: some techniques save memory, or wait less, and cost time. What was counted is given beside it; a check that fails is a
failure.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codeflash_core.stats.blocks import q25
from codeflash_core.stats.estimate import estimate

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT / "tools") not in sys.path:
    sys.path.insert(0, str(ROOT / "tools"))

from snippets.languages import batches, missing, run  # noqa: E402 - found through the line above
from snippets.running import Outcome  # noqa: E402
from snippets.techniques import read_all  # noqa: E402

ALPHA = 0.025


def row(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figure of one technique from its processes."""
    technique = outcomes[0].technique
    ratios = [math.log(q25(each.slow_ns) / q25(each.fast_ns)) for each in outcomes if each.slow_ns]
    figure: dict[str, Any] = {
        "benchmark": f"technique: {technique.id}",
        "title": technique.title,
        "language": technique.language,
        "domain": technique.domain,
        "counted": [[each.what, each.slow, each.fast] for each in outcomes[0].counted],
        "failed": any(each.error for each in outcomes),
        "processes": len(ratios),
    }
    if len(ratios) > 1:
        mean = estimate(ratios)
        low, high = mean.interval(ALPHA)
        figure["ratio"] = [float(f"{math.exp(value):.3g}") for value in (mean.mean, low, high)]
        figure["slow_us"] = float(f"{min(q25(each.slow_ns) for each in outcomes if each.slow_ns) / 1000:.3g}")
    return figure


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line per technique; return 1 when a check failed."""
    parser = argparse.ArgumentParser(description="Measure the techniques of the plugin.")
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", default="", metavar="TEXT", help="techniques whose id holds this")
    options = parser.parse_args(arguments)
    failed = False
    techniques = [each for each in read_all(ROOT / "plugin") if options.only in each.id]
    for batch in batches(techniques):
        if reason := missing(batch.techniques[0]):
            print(f"techniques: {batch.id} left out: {reason}", file=sys.stderr)
            continue
        found: dict[str, list[Outcome]] = {}
        for outcome in run(batch, options.rounds, options.processes):
            found.setdefault(outcome.technique.id, []).append(outcome)
        for outcomes in found.values():
            for error in dict.fromkeys(each.error for each in outcomes if each.error):
                print(error, file=sys.stderr)
            figure = row(outcomes)
            failed |= figure["failed"]
            print(json.dumps(figure), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
