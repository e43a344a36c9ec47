"""Whole commands of versions measured as ``codeflash compare --command`` measures any two, but in the sandbox."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from codeflash_core.pipeline.command_runs import CommandRun
from codeflash_core.pipeline.commands import CommandComparison, CommandPair, compare_commands
from codeflash_core.pipeline.events import Event
from codeflash_core.stats.blocks import estimate_block
from codeflash_evals.hidden.chamber import Chamber, Version
from codeflash_evals.hidden.failing import Failed
from codeflash_evals.hidden.saving import Saving, Savings

BUDGET_SECONDS = 60.0
"""Time for one comparison."""
WALL_SECONDS = 60.0


class Unanswered(Exception):
    """A version's command gave no answer."""

    def __init__(self, version: Version, failed: Failed) -> None:
        super().__init__(failed.why)
        self.version = version
        self.failed = failed


@frozen
class VersionRuns:
    """Runs commands in copies of one version.

    Attributes:
        chamber: Where it runs.
        version: The version.
    """

    chamber: Chamber
    version: Version

    async def run(self, words: tuple[str, ...]) -> CommandRun:
        """Run one command to its end, in a copy that no process has been in.

        Raises:
            Unanswered: It was ended, or can't be run.
        """
        request = {"way": "command", "words": list(words)}
        answer = await self.chamber.ask(self.version, request, wall_seconds=WALL_SECONDS)
        if isinstance(answer, Failed):
            raise Unanswered(self.version, answer)
        try:
            cpu, wall, _ = answer["first"]
            return CommandRun(max(1.0, float(wall)), max(1.0, float(cpu)), int(answer["code"]))
        except (KeyError, TypeError, ValueError):
            malformed = Failed("its answer is malformed", telling=False)
            raise Unanswered(self.version, malformed) from None


async def measure_commands(
    chamber: Chamber, before: Version, others: Sequence[Version], words: tuple[str, ...], *, seed: int = 0
) -> Savings | Failed:
    """Compare the command of the original with that of each other version.

    Args:
        chamber: Where they run.
        before: The original.
        others: The versions.
        words: The command.
        seed: Of the random order.

    Raises:
        Unanswered: A version's command gave no answer.
    """
    pair = CommandPair(words, words, before.tree.shown_at, budget_seconds=BUDGET_SECONDS, seed=seed)
    found: dict[str, CommandComparison] = {}
    for other in others:
        runs = {"a": VersionRuns(chamber, before), "b": VersionRuns(chamber, other)}
        found[other.name] = await compare_commands(pair, _unheard, runs)
        if found[other.name].interval is None:
            why = "; ".join(found[other.name].reasons) or "too little was measured"
            return Failed(f"the version {other.name} could not be measured: {why}", telling=False)
    intervals = {name: each.interval for name, each in found.items() if each.interval is not None}
    logs = {
        name: tuple(estimate_block(block).ratio(each.clock) for block in each.blocks)
        for name, each in found.items()
    }
    waits = any(each.clock == "wall" for each in found.values())
    return Savings(Saving(intervals, logs, "wall" if waits else "cpu"))


def _unheard(event: Event) -> None:
    """Nobody watches a single measurement of an eval."""
