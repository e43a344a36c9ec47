"""Check: replay, the project's tests, fuzzing and seeded faults, on the candidate's side."""

from __future__ import annotations

from attrs import evolve

from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Different, Evidence, Same, Undecided, Verdict
from codeflash_core.ports.language import CheckRequest
from codeflash_core.together import together
from codeflash_python.stages.adequacy import seed_faults
from codeflash_python.stages.bench import HASH_SEEDS, Bench
from codeflash_python.stages.comparing import Check
from codeflash_python.stages.explaining import explain
from codeflash_python.stages.faulty_tests import seed_in_tests
from codeflash_python.stages.fuzzing import fuzz_inputs
from codeflash_python.stages.stirring import compare_stirred
from codeflash_python.stages.suspecting import suspect
from codeflash_python.stages.testing import Passed, run_tests


async def check(bench: Bench, project: Project, request: CheckRequest) -> Verdict:
    """Is the candidate's behaviour the original's?"""
    under_way = Check(bench, project, request)
    verdict = await _check(under_way)
    if request.depth == "quick" and isinstance(verdict, Same):
        return verdict
    return await suspect(under_way, verdict)


async def _check(under_way: Check) -> Verdict:
    request = under_way.request
    corpus = request.corpus
    evidence = Evidence(grades=corpus.grades(), notes=())
    hash_seeds = HASH_SEEDS[:1] if request.depth == "quick" else HASH_SEEDS
    if corpus.calls:
        for hash_seed in hash_seeds:
            verdict, index = await under_way.compare(corpus.calls, hash_seed)
            if not isinstance(verdict, Same):
                seen = evolve(evidence, calls=verdict.evidence.calls)
                return evolve(
                    await explain(under_way, verdict, corpus.calls, index, hash_seed), evidence=seen
                )
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
    passed, (verdict, cases), stirred = await together(
        _test(under_way), _fuzz(under_way), compare_stirred(under_way)
    )
    if isinstance(passed, Undecided | Different):
        return evolve(passed, evidence=evidence)
    if not isinstance(stirred, Same):
        return evolve(stirred, evidence=evidence)
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
    return await explain(under_way, verdict, fresh, index), len(fresh)
