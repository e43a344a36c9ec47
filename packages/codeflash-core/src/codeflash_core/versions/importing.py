"""What the import of modules costs in each version: fresh interpreters, interleaved, like any other row."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from attrs import evolve

from codeflash_core.model.comparison import Block, InputSamples
from codeflash_core.ports.benchmarks import BenchmarkFailure, ImportCost
from codeflash_core.versions.bench import BlockResult, Version
from codeflash_core.versions.values import Row

PREFIX = "import "
TURNS, PER_TURN = 2, 3
"""Turns of each version in a block, and interpreters in each turn."""


async def import_block(
    versions: tuple[Version, Version], dice: random.Random, ids: Sequence[str]
) -> BlockResult:
    """One block of imports.

    Args:
        versions: The first and the second version.
        dice: Makes the random order.
        ids: Rows, ``import MODULE``.
    """
    blocks, failures, begun = {}, {}, time.monotonic()
    for name in ids:
        module, hash_seed = name.removeprefix(PREFIX), dice.randrange(1, 2**32 - 1)
        taken: dict[str, list[ImportCost]] = {version.name: [] for version in versions}
        try:
            for turn in dice.choice(("abba", "baab")) * (TURNS // 2):
                version = versions["ab".index(turn)]
                taken[version.name].append(
                    await version.benchmarks.importing(
                        version.project, version.side, module, hash_seed=hash_seed, count=PER_TURN
                    )
                )
        except BenchmarkFailure as failure:
            failures[name, version.name] = str(failure)
            continue
        blocks[name] = _block(name, taken, hash_seed)
    return BlockResult(blocks, failures, time.monotonic() - begun)


def _block(name: str, taken: dict[str, list[ImportCost]], hash_seed: int) -> Block:
    """Samples net of what an interpreter takes that imports nothing."""
    flat: dict[str, tuple[float, ...]] = {}
    for letter, side in (("a", "base"), ("b", "head")):
        costs = taken[side]
        for clock in ("cpu", "wall"):
            idle = min(value for cost in costs for value in getattr(cost, f"idle_{clock}"))
            taken_ns = (value for cost in costs for value in getattr(cost, clock))
            flat[f"{letter}_{clock}"] = tuple(max(value - idle, 1.0) for value in taken_ns)
    samples = InputSamples(name, 1.0, 1, flat["a_cpu"], flat["b_cpu"], flat["a_wall"], flat["b_wall"])
    return Block((samples,), hash_seed=hash_seed, mode="separate")


async def what_got_lazier(versions: tuple[Version, Version], rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of imports with the modules that came and went, those first that took the most time."""
    found = []
    for row in rows:
        trees = []
        for version in versions:
            try:
                cost = await version.benchmarks.importing(
                    version.project,
                    version.side,
                    row.id.removeprefix(PREFIX),
                    hash_seed=1,
                    count=0,
                    tree=True,
                )
            except BenchmarkFailure:
                break
            trees.append({entry[0]: entry[3] for entry in cost.tree})
        if len(trees) == 2:
            before, after = trees
            gone = sorted(before.keys() - after.keys(), key=lambda name: -before[name])
            new = sorted(after.keys() - before.keys(), key=lambda name: -after[name])
            row = evolve(row, imports=(tuple(gone), tuple(new)))
        found.append(row)
    return tuple(found)
