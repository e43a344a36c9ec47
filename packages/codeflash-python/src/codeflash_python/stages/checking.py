"""Check: replay, the project's tests, fuzzing and seeded faults, on the candidate's side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Same, Undecided, Verdict
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_core.ports.language import CheckRequest
from codeflash_python.behaviour.compare import compare, differing
from codeflash_python.runtime.program import address
from codeflash_python.runtime.together import together
from codeflash_python.stages.adequacy import seed_faults
from codeflash_python.stages.bench import HASH_SEEDS, ORIGINAL, Bench, Replay
from codeflash_python.stages.faulty_tests import seed_in_tests
from codeflash_python.stages.fuzzing import fuzz_inputs
from codeflash_python.stages.shrinking import shrink
from codeflash_python.stages.testing import Passed, run_tests

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
    ) -> tuple[Verdict, int]:
        """Replay inputs on both sides, each a second time under the first hash seed where ``again`` is set.

        Returns:
            The verdict, and the number of the input on which they differ, or -1.
        """
        side = side or self.request.candidate
        what = self.replay(calls, hash_seed, again=again)
        original = await self.bench.replay(self.project, ORIGINAL, what)
        if original.failure is not None:
            return Undecided("the original failed", _words(original.failure)), -1
        candidate = await self.bench.replay(self.project, side, what)
        if candidate.failure is not None:
            return self._failed(candidate.failure, calls)
        adds, tolerance = self.left_out, self.request.float_tolerance or None
        verdict = compare(original.data, candidate.data, adds=adds, float_tolerance=tolerance)
        if isinstance(verdict, Same) or (
            isinstance(verdict, Undecided) and verdict.why == "malformed answer"
        ):
            return verdict, -1
        return await self._in_full(what, side, original, candidate)

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
        self, seen: Replay, side: Side, original: Answer, candidate: Answer
    ) -> tuple[Verdict, int]:
        """Fetch what differs in full, and compare that."""
        wanted = differing(original.data, candidate.data, self.left_out)
        tolerance = self.request.float_tolerance or None
        most = len(wanted) if tolerance else SHOWN_IN_FULL
        what, calls = evolve(seen, graphs=wanted[:most]), seen.calls
        first = await self.bench.replay(self.project, ORIGINAL, what)
        second = await self.bench.replay(self.project, side, what)
        if first.failure is not None or second.failure is not None:
            failure = second.failure or first.failure
            assert failure is not None
            return Undecided("nondeterministic", f"a second replay failed: {_words(failure)}"), -1
        origins = [call.origin for call in calls]
        verdict = compare(
            first.data, second.data, adds=self.left_out, float_tolerance=tolerance, origins=origins
        )
        if not isinstance(verdict, Different):
            return verdict, -1
        made = first.data.get("calls")
        index = made[wanted[0]].get("input", -1) if wanted and isinstance(made, list) else -1
        return verdict, index if isinstance(index, int) and index < len(calls) else -1


async def check(bench: Bench, project: Project, request: CheckRequest) -> Verdict:
    """Is the candidate's behaviour the original's?"""
    under_way = Check(bench, project, request)
    corpus = request.corpus
    evidence = Evidence(grades=corpus.grades(), notes=())
    hash_seeds = HASH_SEEDS[:1] if request.depth == "quick" else HASH_SEEDS
    if corpus.calls:
        for hash_seed in hash_seeds:
            verdict, index = await under_way.compare(corpus.calls, hash_seed)
            if not isinstance(verdict, Same):
                seen = evolve(evidence, calls=verdict.evidence.calls)
                return evolve(await _explained(under_way, verdict, corpus.calls, index), evidence=seen)
            evidence = evolve(
                evidence,
                calls=verdict.evidence.calls,
                code_sha256=verdict.evidence.code_sha256,
                hash_seeds=evidence.hash_seeds + 1,
            )
    if request.depth == "quick":
        return Same(evidence)
    return await _deeply(under_way, evidence)


async def _deeply(under_way: Check, evidence: Evidence) -> Verdict:
    """Tests, fuzzing and seeded faults."""
    request = under_way.request
    passed, (verdict, cases) = await together(_test(under_way), _fuzz(under_way))
    if isinstance(passed, Undecided | Different):
        return evolve(passed, evidence=evidence)
    evidence = evolve(evidence, tests_passed=len(passed.tests), fuzzed=cases)
    if not isinstance(verdict, Same):
        return evolve(verdict, evidence=evidence)
    grown = evidence.fuzzed + sum(not call.count for call in request.corpus.calls)
    evidence = evolve(evidence, divergence_bound=min(1.0, 3.0 / grown) if grown else None)
    if not request.corpus.calls:
        evidence = evolve(evidence, code_sha256={"candidate": passed.code})
        seeded = await seed_in_tests(under_way.bench, under_way.project, request, passed.tests)
    else:
        what = under_way.replay(request.corpus.calls, HASH_SEEDS[0])
        seeded = await seed_faults(under_way.bench, under_way.project, request, what)
    if isinstance(seeded, Undecided):
        return evolve(seeded, evidence=evidence)
    return Same(seeded.added_to(evidence))


async def _test(under_way: Check) -> Passed | Different | Undecided:
    """The tests of the project that reach the target and pass on both sides."""
    request = under_way.request
    if not request.corpus.reached_by:
        return Passed()
    return await run_tests(
        under_way.bench, under_way.project, request.target, request.candidate, request.corpus
    )


async def _fuzz(under_way: Check) -> tuple[Verdict, int]:
    """Inputs that were made only to find a difference; their number is fixed, not their time."""
    fresh = await fuzz_inputs(under_way.bench, under_way.project, under_way.request)
    if not fresh:
        return Same(), 0
    verdict, index = await under_way.compare(fresh, again=False)
    return await _explained(under_way, verdict, fresh, index), len(fresh)


async def _explained(under_way: Check, verdict: Verdict, calls: Sequence[Call], index: int) -> Verdict:
    """A difference with its input made small and readable."""
    if not isinstance(verdict, Different) or not 0 <= index < len(calls):
        return verdict
    call, verdict = await shrink(under_way, verdict, calls[index])
    text = await _render(under_way, call)
    found = verdict.counterexample
    if text:
        found = evolve(found, call=text, shrunk=call.id != calls[index].id)
    return evolve(verdict, counterexample=evolve(found, origin=calls[index].origin))


async def _render(under_way: Check, call: Call) -> str:
    """The arguments as a person would write them."""
    request: dict[str, Any] = {"op": "render", "target": address(under_way.request.target)}
    program = under_way.bench.checking(under_way.project, under_way.request.target, HASH_SEEDS[0])
    answer = await under_way.bench.client.ask(ORIGINAL, program, request, [call.payload], wall=20.0)
    texts = answer.data.get("calls")
    if answer.failure is not None or not isinstance(texts, list) or not texts:
        return ""
    return str(texts[0])[:2000]


def _words(failure: Failure) -> str:
    lines = [line.strip() for line in failure.detail.strip().splitlines() if line.strip()]
    return f"{failure.kind}: {lines[-1][:300]}" if lines else failure.kind
