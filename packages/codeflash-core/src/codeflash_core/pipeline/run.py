"""A whole run: find targets, observe them, optimize each, deliver the winners, report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import evolve, field, frozen

from codeflash_core.errors import UsageError
from codeflash_core.model.candidate import candidate_id
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.parts import off_sentence
from codeflash_core.model.run import RunReport
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import Same, Verdict
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.checking import ask_discreetly, grow_within
from codeflash_core.pipeline.combine import merge_files
from codeflash_core.pipeline.events import Noted, Progressed
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.pipeline.optimize import optimize_target
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.language import CheckRequest, Profile, Query
from codeflash_core.reports.figures import count

MOST_TARGETS = 30
"""Most targets of one run when they were not named."""
LEAST_SHARE = 0.005
"""Share of the workload's time below which an unnamed target is not looked at."""


@frozen
class RunIdentity:
    """What a report says of its run.

    Attributes:
        run: Name of the run.
        command: The command that repeats it.
        started: ISO 8601 time, UTC.
        version: Version of this program.
        sandbox: How foreign code was confined, one line.
        unconfined: What was not confined and why.
        notes: Cautions for the reader.
    """

    run: str
    command: str
    started: str
    version: str
    sandbox: str = ""
    unconfined: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def choose_targets(engine: Engine, query: Query) -> tuple[Target, ...]:
    """The targets to work on; where they were not named, those in which the workload spends its time."""
    engine.emit(Progressed("discover", "", "listing targets"))
    targets = await engine.steps.once(
        "discover", tuple[Target, ...], lambda: engine.language.discover(engine.project, query)
    )
    named = query.names and all("::" in name for name in query.names)
    if named or len(targets) <= 1:
        return targets
    profile = await profile_targets(engine, targets)
    chosen = [each.target for each in profile.ranked if each.calls and each.share >= LEAST_SHARE]
    if len(chosen) > MOST_TARGETS:
        engine.emit(Noted(f"{len(chosen) - MOST_TARGETS} targets with less time are left for another run"))
    return tuple(chosen[:MOST_TARGETS])


async def profile_targets(engine: Engine, targets: Sequence[Target]) -> Profile:
    """Where the workload's time goes."""
    engine.emit(Progressed("rank", "", f"profiling the workload ({len(targets)} targets)"))
    return await engine.steps.once(
        "profile", Profile, lambda: engine.language.profile(engine.project, targets, engine.workload)
    )


async def rank_in(engine: Engine, query: Query) -> Profile:
    """Where the workload's time goes among the targets asked for.

    Raises:
        UsageError: There is no function to rank.
    """
    targets = await engine.language.discover(engine.project, query)
    if not targets:
        raise UsageError(
            f"there is no function to rank in {engine.project.root}",
            "Run it in a project's folder, or name files and folders of it.",
        )
    return await profile_targets(engine, targets)


async def observe_targets(engine: Engine, targets: Sequence[Target]) -> tuple[Corpus, ...]:
    """What the workload shows of each target."""
    engine.emit(Progressed("observe", "", f"recording calls of {count(len(targets), 'target')}"))
    seed = engine.settings.seed
    return await engine.steps.once(
        "observe",
        tuple[Corpus, ...],
        lambda: engine.language.observe(engine.project, targets, engine.workload, seed),
    )


@frozen
class Outcome:
    """A report with what is needed to act on it.

    Attributes:
        report: What was found.
        targets: The targets by id.
        corpora: What was observed and grown, by id.
    """

    report: RunReport
    targets: Mapping[str, Target]
    corpora: Mapping[str, Corpus]


async def grow_corpus(engine: Engine, target: Target, corpus: Corpus) -> Corpus:
    """The corpus with grown inputs, as candidates are judged on it, where no search grows it."""
    budget = Budget(engine.settings.budget_seconds, used=engine.steps.spent_on(target.id))
    return await grow_within(engine, target, corpus, budget)


async def optimize_run(engine: Engine, query: Query, identity: RunIdentity) -> Outcome:
    """Optimize every target that was asked for.

    Args:
        engine: What the run works with.
        query: Which targets.
        identity: What the report says of the run.

    Returns:
        The report; nothing is delivered here.
    """
    begun = time.monotonic()
    targets = await choose_targets(engine, query)
    observed = await observe_targets(engine, targets) if targets else ()
    corpora = {corpus.target: corpus for corpus in observed}
    results = []
    for target in targets:
        optimized = await optimize_target(engine, target, corpora.get(target.id, Corpus(target.id)))
        results.append(optimized.result)
        corpora[target.id] = optimized.corpus
    report = RunReport(
        run=identity.run,
        project=engine.project.root.name,
        command=identity.command,
        started=identity.started,
        seconds=round(time.monotonic() - begun, 2),
        version=identity.version,
        seed=engine.settings.seed,
        results=tuple(results),
        machine=describe_machine(),
        sandbox=identity.sandbox,
        unconfined=identity.unconfined,
        notes=identity.notes,
    )
    return Outcome(report, {target.id: target for target in targets}, corpora)


def accepted(results: Sequence[TargetResult]) -> tuple[TargetResult, ...]:
    """The results with a change to deliver."""
    return tuple(each for each in results if each.deliverable)


@frozen
class Combined:
    """Accepted changes that hold together.

    Attributes:
        results: The results that are delivered.
        side: All their changes.
        left_out: What is not delivered, and why, one sentence each.
    """

    results: tuple[TargetResult, ...] = ()
    side: Side = field(factory=Side)
    left_out: tuple[str, ...] = ()


async def combine_accepted(engine: Engine, outcome: Outcome) -> Combined:
    """Put the accepted changes together, and check them together where there is more than one."""
    off = [each for each in outcome.report.results if each.without]
    combined = Combined(
        left_out=tuple(f"{each.target}: {off_sentence(each.without)}" for each in off if each.best)
    )
    for result in accepted(outcome.report.results):
        trial = (*combined.results, result)
        originals = {path: text for each in trial for path, text in each.original.items()}
        files = merge_files(originals, [each.best.candidate.files for each in trial if each.best])
        why = "its change overlaps another one; run it again afterwards"
        if files is not None:
            side = await _hold_together(engine, outcome, trial, files)
            if side is not None:
                combined = evolve(combined, results=trial, side=side)
                continue
            why = "it does not behave the same together with the other changes"
        combined = evolve(combined, left_out=(*combined.left_out, f"{result.target}: {why}"))
    return combined


async def _hold_together(
    engine: Engine, outcome: Outcome, trial: Sequence[TargetResult], files: dict[str, str | None]
) -> Side | None:
    """The side of merged changes, or None when some target does not behave the same under it."""
    newest = trial[-1]
    assert newest.best is not None
    texts = {path: text or "" for path, text in files.items()}
    merged = evolve(newest.best.candidate, id=candidate_id({}, texts), files=files)
    target = outcome.targets[newest.target]
    prepared = await engine.steps.once(
        f"prepare-together:{target.id}:{merged.id}",
        Prepared,
        lambda: engine.language.prepare(engine.project, target, merged),
    )
    if prepared.refusals:
        return None
    if len(trial) > 1:
        engine.emit(Progressed("check", target.id, f"{len(trial)} changes together"))
        for each in trial:
            depth: Literal["quick", "full"] = "full" if each is newest else "quick"
            if not await _same_together(engine, outcome, each.target, prepared, depth):
                return None
    return prepared.side


async def _same_together(
    engine: Engine, outcome: Outcome, name: str, prepared: Prepared, depth: Literal["quick", "full"]
) -> bool:
    request = CheckRequest(
        target=outcome.targets[name],
        candidate=prepared.side,
        corpus=outcome.corpora[name],
        workload=engine.workload,
        depth=depth,
        seed=engine.settings.seed,
        fuzz_cases=0,
        float_tolerance=engine.settings.float_tolerance,
        adds=prepared.adds,
    )
    verdict = await engine.steps.once(
        f"check-together:{name}:{prepared.side.id}",
        Verdict,
        lambda: ask_discreetly(engine, request),
    )
    return isinstance(verdict, Same)
