"""Rank: profile the workload, and see which rewrites would apply where the time goes."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from codeflash_core.errors import CodeflashError
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.target import Project, Ranked, Target, Workload
from codeflash_core.ports.hosts import Failure
from codeflash_core.ports.language import Profile
from codeflash_core.texts import content, decode
from codeflash_python.profiling.ranking import rank
from codeflash_python.stages.bench import Bench, refuse
from codeflash_python.stages.observing import RECORDING_SECONDS, workload_request
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Facts, Subject
from codeflash_syntax.parse import SyntaxProblem

LOOKED_AT = 60
"""How many of the ranked targets are read for rewrites."""


async def profile(bench: Bench, project: Project, targets: Sequence[Target], workload: Workload) -> Profile:
    """Order targets by the time that a fix could win on the workload.

    Raises:
        StageError: The workload can't be run.
    """
    request = {"op": "profile", "workload": workload_request(workload)}
    program = bench.running(project, ("profile",))
    answer = await bench.client.ask(ORIGINAL, program, request, warm=False, wall=RECORDING_SECONDS)
    if answer.failure is not None:
        raise refuse("rank", "the workload can't be profiled", answer.failure)
    problems = answer.data.get("problems")
    if isinstance(problems, dict) and problems and not answer.data.get("results"):
        name, message = next(iter(problems.items()))
        raise refuse("rank", f"the workload can't be profiled: {name}", Failure("problem", str(message)))
    ranking = rank(answer.data, targets)
    hinted = [_hinted(project, each) for each in ranking.ranked[:LOOKED_AT]]
    ordered = sorted(hinted, key=lambda each: (-each.gain_seconds, -each.cumulative_seconds, each.target.id))
    return Profile((*ordered, *ranking.ranked[LOOKED_AT:]), ranking.total_seconds, ranking.notes)


def _hinted(project: Project, ranked: Ranked) -> Ranked:
    """With the rewrites that apply, and the time they win when they gain what they usually gain."""
    target = ranked.target
    try:
        source = decode(content(project.root, target.path, project.held), target.path).text
        found = proposals(Subject(source, target.qualname, Facts()))
    except (CodeflashError, OSError, SyntaxProblem):
        found = ()
    slugs = tuple(dict.fromkeys(rewrite.rule for rewrite in found))
    best = max((by_slug(slug).expected for slug in slugs), default=1.0)
    return evolve(ranked, hints=slugs, gain_seconds=ranked.cumulative_seconds * (1.0 - 1.0 / best))
