"""A check under way: inputs replayed on the original's and the candidate's side, and compared."""

from __future__ import annotations

from attrs import evolve, frozen

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Counterexample, Different, Same, Undecided, Verdict
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_core.ports.language import CheckRequest
from codeflash_python.behaviour.compare import compare, compare_placed, differing
from codeflash_python.stages.bench import HASH_SEEDS, Bench, Replay

SHOWN_IN_FULL = 40
"""Most differing calls that are fetched in full to find the first difference that counts."""
LEAST_CALL_WALL = 2.0
SLOWDOWN = 20.0
"""A candidate gets this many times the original's time for a call before it counts as hanging."""


@frozen
class Check:
    """One check under way.

    Attributes:
        bench: The bench.
        project: The project.
        request: What is asked.
    """

    bench: Bench
    project: Project
    request: CheckRequest

    def replay(
        self, calls: tuple[Call, ...], hash_seed: int, graphs: tuple[int, ...] = (), *, again: bool = True
    ) -> Replay:
        """The replay of these inputs under this check's settings."""
        request = self.request
        slowest = max((call.seconds / max(call.count, 1) for call in calls), default=0.0)
        return Replay(
            request.target,
            calls,
            hash_seed,
            request.seed,
            request.corpus.fix_clock,
            call_wall=max(LEAST_CALL_WALL, SLOWDOWN * slowest),
            again=again and hash_seed == HASH_SEEDS[0],
            graphs=graphs,
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """Module data that are not compared: what the candidate adds, and what differs from process to process."""
        return (*self.request.adds, *self.request.corpus.unsteady_globals)

    async def compare(
        self,
        calls: tuple[Call, ...],
        hash_seed: int = HASH_SEEDS[0],
        side: Side | None = None,
        *,
        again: bool = True,
        anew: bool = False,
    ) -> tuple[Verdict, int]:
        """Replay inputs on both sides and compare what was seen.

        Args:
            calls: The inputs, in the order in which one process answers them.
            hash_seed: Value of ``PYTHONHASHSEED``.
            side: The side, where it is not the candidate's.
            again: Whether each input comes a second time, under the first hash seed.
            anew: Whether the processes run although their answers are known.

        Returns:
            The verdict, and the number of the input on which they differ, or -1.
        """
        side = side or self.request.candidate
        what = self.replay(calls, hash_seed, again=again)
        original = await self.bench.replay(self.project, ORIGINAL, what, again=anew)
        if original.failure is not None:
            return Undecided("the original failed", _words(original.failure)), -1
        candidate = await self.bench.replay(self.project, side, what, again=anew)
        if candidate.failure is not None:
            return self._failed(candidate.failure, calls)
        adds, tolerance = self.left_out, self.request.float_tolerance or None
        verdict = compare(original.data, candidate.data, adds=adds, float_tolerance=tolerance)
        if isinstance(verdict, Same) or (
            isinstance(verdict, Undecided) and verdict.why == "malformed answer"
        ):
            return verdict, -1
        return await self._in_full(what, side, original, candidate, anew=anew)

    def _failed(self, failure: Failure, calls: tuple[Call, ...]) -> tuple[Verdict, int]:
        """A candidate that hangs or dies on an input that the original answers differs from it."""
        if failure.kind in ("timeout", "crash", "memory") and failure.at >= 0 and calls:
            index = failure.at % len(calls)
            ways = {
                "timeout": "did not finish in its time",
                "crash": f"ended the process ({failure.detail})",
                "memory": "ran out of memory",
            }
            found = Counterexample(
                "", failure.kind, "finished", ways[failure.kind], origin=calls[index].origin
            )
            return Different(found), index
        if failure.kind in ("import", "exit"):
            found = Counterexample("import", "exception", "the module imports", _words(failure))
            return Different(found), -1
        names = {"wrong-code": "wrong code loaded"}
        return Undecided(names.get(failure.kind, failure.kind), _words(failure)), -1

    async def _in_full(
        self, seen: Replay, side: Side, original: Answer, candidate: Answer, *, anew: bool
    ) -> tuple[Verdict, int]:
        """Fetch what differs in full, and compare that."""
        wanted = differing(original.data, candidate.data, self.left_out)
        tolerance = self.request.float_tolerance or None
        most = len(wanted) if tolerance else SHOWN_IN_FULL
        what, calls = evolve(seen, graphs=wanted[:most]), seen.calls
        first = await self.bench.replay(self.project, ORIGINAL, what, again=anew)
        second = await self.bench.replay(self.project, side, what, again=anew)
        if first.failure is not None or second.failure is not None:
            failure = second.failure or first.failure
            assert failure is not None
            return Undecided("nondeterministic", f"a second replay failed: {_words(failure)}"), -1
        origins = [call.origin for call in calls]
        verdict, index = compare_placed(
            first.data, second.data, adds=self.left_out, float_tolerance=tolerance, origins=origins
        )
        return verdict, index if index < len(calls) else -1


def _words(failure: Failure) -> str:
    lines = [line.strip() for line in failure.detail.strip().splitlines() if line.strip()]
    return f"{failure.kind}: {lines[-1][:300]}" if lines else failure.kind
