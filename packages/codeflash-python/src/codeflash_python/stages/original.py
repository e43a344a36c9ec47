"""The original, replayed under fixed conditions until it comes to an end."""

from __future__ import annotations

from attrs import evolve, frozen

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_python.behaviour.compare import Replayed, parse
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.stages.bench import HASH_SEEDS, Bench, Replay

MOST_DROPPED = 40
CALL_WALL = 2.0
"""Least seconds that a call may take before it counts as hanging."""
SLOW_RECORDED = 4.0
"""A call may take this many times as long as the slowest recorded one."""


@frozen
class Finished:
    """What became of some inputs.

    Attributes:
        calls: Those on which the original ends.
        answer: Its replay of them, or None with a problem.
        problem: Why there is none, or an empty string.
    """

    calls: tuple[Call, ...]
    answer: Answer | None = None
    problem: str = ""


@frozen
class Original:
    """The original of a target under the conditions in which it is replayed.

    Attributes:
        bench: The bench.
        project: The project.
        target: The target.
        seed: Seed of the random state that each call finds.
        fixed: Whether clocks stand still.
    """

    bench: Bench
    project: Project
    target: Target
    seed: int
    fixed: bool = False

    def of(self, calls: tuple[Call, ...], hash_seed: int = HASH_SEEDS[0]) -> Replay:
        """A replay; under the first hash seed each input comes a second time, so that stale caches show."""
        slowest = max((call.seconds / call.count for call in calls if call.count), default=0.0)
        return Replay(
            self.target,
            calls,
            hash_seed,
            self.seed,
            self.fixed,
            call_wall=max(CALL_WALL, SLOW_RECORDED * slowest),
            again=hash_seed == HASH_SEEDS[0],
        )

    async def replay(self, what: Replay, *, again: bool = False) -> Answer:
        """The answer to a replay, a known one where ``again`` does not ask for another."""
        return await self.bench.replay(self.project, ORIGINAL, what, again=again)

    async def finish(
        self, calls: tuple[Call, ...], hash_seed: int = HASH_SEEDS[0], *, twice: bool = True
    ) -> Finished:
        """A replay that comes to its end, without the inputs that prevented it.

        Args:
            calls: The inputs.
            hash_seed: Value of ``PYTHONHASHSEED``.
            twice: Whether each input may come a second time.
        """
        for _ in range(MOST_DROPPED):
            what = self.of(calls, hash_seed)
            answer = await self.replay(evolve(what, again=twice and what.again))
            if answer.failure is None:
                late = _late(answer)
                if not late:
                    return Finished(calls, answer)
                calls = tuple(call for index, call in enumerate(calls) if index not in late)
            else:
                at = answer.failure.at
                if (
                    answer.failure.kind not in ("timeout", "crash", "memory", "payload")
                    or at < 0
                    or not calls
                ):
                    return Finished(calls, problem=failed(answer.failure))
                culprit = at % len(calls)
                # An argument whose class lives in a test file can't be made outside of that test.
                if calls[culprit].count and answer.failure.kind != "payload":
                    origin = calls[culprit].origin
                    return Finished(calls, problem=f"{failed(answer.failure)} on an input from {origin}")
                calls = calls[:culprit] + calls[culprit + 1 :]
            if not calls:
                return Finished(calls, problem="the original finishes on no input in time")
        return Finished(calls, problem="the original hangs or crashes on too many inputs")

    async def seen(self, calls: tuple[Call, ...]) -> Replayed | None:
        """What the original does on the inputs, or None when that can't be read."""
        answer = await self.replay(self.of(calls))
        try:
            return parse(answer.data) if answer.failure is None else None
        except Malformed:
            return None


def failed(failure: Failure) -> str:
    """Why a replay failed, in a few words."""
    lines = failure.detail.strip().splitlines()
    names = {"wrong-code": "wrong code loaded", "import": "the module can't be imported"}
    return f"{names.get(failure.kind, failure.kind)}{': ' + lines[-1].strip() if lines else ''}"


def _late(answer: Answer) -> set[int]:
    try:
        return {call.input for call in parse(answer.data).calls if call.timeout}
    except Malformed:
        return set()
