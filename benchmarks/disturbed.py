"""What leaving disturbed blocks out does to decisions, on simulated blocks.

    python benchmarks/disturbed.py --streams 10000

Four processes a block, each with noise of 1 % of its own; with a probability one is slower by 80 % (a log ratio of 0.6)
from its first sample to its last. The engine's own test decides each stream of blocks twice: with all blocks counted, and
with the disturbed ones left out. At a gain of just what is asked for (2 %), "faster" is the error that the plan bounds.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from codeflash_core.stats.blocks import OF_ITSELF_IN_TURNS
from codeflash_core.stats.control import floor_by_look
from codeflash_core.stats.disturbed import Own
from codeflash_core.stats.rows import Difference, compare
from codeflash_core.stats.sequential import STANDARD

NOISE, SLOWER = 0.01, 0.6
GAINS = (0.0, STANDARD.delta, 0.05)
PROBABILITIES = (0.0, 0.01, 0.05)
LIMIT = 0.01
"""Most decisions "faster" at a gain of just what is asked for: the error that the plan spends."""


def stream(
    dice: random.Random, gain: float, probability: float
) -> tuple[list[float], list[float], list[Own]]:
    """Blocks of one comparison: their ratios, the first version against itself, and how far processes differ."""
    ratios, itself, differences = [], [], []
    for _ in range(STANDARD.budget):
        a, b, c, d = (dice.gauss(0.0, NOISE) + SLOWER * (dice.random() < probability) for _ in range(4))
        ratios.append((a + b - c - d) / 2.0 + math.log1p(gain))
        itself.append(OF_ITSELF_IN_TURNS * (a - b))
        differences.append(Own(abs(a - b), abs(c - d)))
    return ratios, itself, differences


def figures(streams: int, seed: int) -> Iterator[dict[str, Any]]:
    """One row for each gain, probability and way of counting."""
    for gain in GAINS:
        for probability in PROBABILITIES:
            dice = random.Random(f"{seed} {gain} {probability}")
            drawn = [stream(dice, gain, probability) for _ in range(streams)]
            for left_out in (False, True):
                words: Counter[Difference] = Counter()
                for ratios, itself, differences in drawn:
                    own = differences if left_out else []
                    floor = floor_by_look(itself, STANDARD.delta, own)
                    words[compare(ratios, floor=floor, differences=own).outcome] += 1
                wrong = words[Difference.SLOWER] + (words[Difference.FASTER] if gain <= STANDARD.delta else 0)
                yield {
                    "benchmark": f"a gain of {gain:.0%}",
                    "disturbed": probability,
                    "left_out": left_out,
                    "streams": streams,
                    **{each.value: words[each] / streams for each in Difference if each != "continue"},
                    "limit": LIMIT,
                    "passed": wrong <= LIMIT * streams,
                }


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line for each row; return 1 when more were wrong than the plan allows."""
    parser = argparse.ArgumentParser(description="Simulate comparisons with disturbed blocks.")
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    passed = True
    for row in figures(options.streams, options.seed):
        print(json.dumps(row), flush=True)
        passed = passed and row["passed"]
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main())
