"""The search for one target: propose, check, measure, and propose again on what was won."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Literal

from attrs import evolve, frozen

from codeflash_core.errors import ServiceError, UsageError
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Comparison, Outcome
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.side import ORIGINAL, Prepared
from codeflash_core.model.target import Project, Target
from codeflash_core.model.verdict import Same, Verdict
from codeflash_core.pipeline.blocks import Mode
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.checking import check_candidate, grow_within
from codeflash_core.pipeline.events import Noted, Progressed, Tried
from codeflash_core.pipeline.judge import Bar, judge_behaviour, judge_timed_results
from codeflash_core.pipeline.measure import Stopwatch
from codeflash_core.pipeline.preparing import prepare_candidate
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.sources import Outgoing, Question, Source
from codeflash_core.stats.blocks import ratios_of
from codeflash_core.stats.screening import Screened, rank
from codeflash_core.stats.sequential import Plan
from codeflash_core.texts import content, decode

PARALLEL_CHECKS = 2


@frozen
class Version:
    """A candidate that can run: the best so far, or one on trial."""

    attempt: Attempt
    prepared: Prepared

    @property
    def candidate(self) -> Candidate:
        """The candidate itself."""
        return self.attempt.candidate

    @property
    def proposed(self) -> Candidate:
        """The candidate with its source's cautions only: what builds on it has others of the gate's."""
        found = self.prepared.cautions
        kept = tuple(each for each in self.candidate.cautions if each not in found)
        return evolve(self.candidate, cautions=kept)

    @property
    def screened_in(self) -> Mode:
        """How it is timed against others: sharing a process where it can."""
        return "separate" if self.prepared.separate else "paired"

    @property
    def confirmed_in(self) -> Mode:
        """How it is timed for the decision: what a stranger wrote shares no process with the original."""
        return self.screened_in if self.candidate.trusted else "separate"


class Search:
    """Finds versions worth confirming; what it keeps between rounds is the list of attempts."""

    def __init__(self, engine: Engine, target: Target, corpus: Corpus, budget: Budget) -> None:
        """Prepare a search.

        Args:
            engine: What the run works with.
            target: The target.
            corpus: What was recorded of it; inputs are grown once there is something to judge.
            budget: How much time there is.
        """
        self._engine = engine
        self._target = target
        self._budget = budget
        self.corpus = corpus
        self.stopwatch = Stopwatch(engine, target, corpus, budget)
        self.attempts: dict[str, Attempt] = {}
        self.original = read_original(engine.project, target)

    async def climb(self) -> list[Version]:
        """Rounds of proposals on the best version so far.

        Returns:
            Versions worth confirming, best first: the last winner, then those it was built on, then the
            others of the first round that looked faster.
        """
        winners: list[Version] = []
        others: list[Version] = []
        for number in range(self._engine.settings.rounds):
            parent = winners[-1] if winners else None
            hopeful = await self._round(number, parent)
            if not hopeful:
                break
            winners.append(hopeful[0])
            if number == 0:
                others = hopeful[1:]
            if not await self._time_for_more(number):
                break
        return [*reversed(winners), *others]

    async def _time_for_more(self, number: int) -> bool:
        """Whether another round begins; recorded, since a resumed run has a budget of its own."""

        async def look() -> bool:
            return not self._budget.spent

        return await self._engine.steps.once(f"go-on:{self._target.id}:{number}", bool, look)

    async def _round(self, number: int, parent: Version | None) -> list[Version]:
        self._say("propose", f"round {number + 1}")
        proposed = await self._propose(number, parent)
        ready = [version for version in [await self._prepare(one) for one in proposed] if version]
        if not ready or not await self._grown(number):
            return []
        gate = asyncio.Semaphore(PARALLEL_CHECKS)

        async def checked(version: Version) -> Version | None:
            async with gate:
                return await self._check_quickly(version)

        self._say("check", f"{len(ready)} candidates")
        same = [version for version in await asyncio.gather(*map(checked, ready)) if version]
        # Confirmations in several processes see the baseline against itself as they go.
        if self.stopwatch.calibrates and any(version.confirmed_in == "paired" for version in same):
            self._say("measure", "the baseline against itself")
            await self.stopwatch.calibrate()
        return await self._screen(same, parent)

    async def _grown(self, number: int) -> bool:
        """Grow the inputs before the first candidate is judged; whether the original can judge any."""
        if number > 0:
            return True
        self.corpus = await grow_within(self._engine, self._target, self.corpus, self._budget)
        self.stopwatch = Stopwatch(self._engine, self._target, self.corpus, self._budget)
        return not self.corpus.problem

    async def _propose(self, number: int, parent: Version | None) -> tuple[Candidate, ...]:
        engine, target = self._engine, self._target
        files = {target.path: self.original}
        if parent:
            files |= {path: text for path, text in parent.candidate.files.items() if text is not None}
        question = Question(
            project=engine.project,
            target=target,
            files=files,
            corpus=self.corpus,
            parent=parent.proposed if parent else None,
            history=tuple(self.attempts.values()),
            python=engine.python,
        )
        found: dict[str, Candidate] = {}
        for source in engine.sources:
            step = f"{target.id}:{source.name}:{number}:{parent.candidate.id if parent else ''}"
            for candidate in await self._ask(source, question, step):
                if candidate.id not in self.attempts:
                    found.setdefault(candidate.id, candidate)
        return tuple(found.values())[: engine.settings.per_round]

    async def _ask(self, source: Source, question: Question, step: str) -> tuple[Candidate, ...]:
        """What a source proposes; what it sends elsewhere is recorded and said before."""
        engine = self._engine
        if isinstance(source, Outgoing):

            async def told() -> str:
                sentence = source.sends(question)
                engine.emit(Noted(sentence))
                return sentence

            await engine.steps.once(f"send:{step}", str, told)
        try:
            made: tuple[Candidate, ...] = await engine.steps.once(
                f"propose:{step}", tuple[Candidate, ...], partial(source.propose, question)
            )
        except ServiceError as problem:
            if len(engine.sources) == 1 and not problem.concerns_request:
                raise
            engine.emit(Noted(f"{source.name} proposes nothing: {problem.message}"))
            return ()
        return made

    async def _prepare(self, candidate: Candidate) -> Version | None:
        prepared = await prepare_candidate(self._engine, self._target, candidate)
        candidate = candidate.with_cautions(prepared.cautions)
        attempt = Attempt(candidate, prepared.diff, Decision(DecisionWord.INCONCLUSIVE, ("not measured",)))
        if prepared.refusals:
            self.record(evolve(attempt, decision=prepared.refusal))
            return None
        self.attempts[candidate.id] = attempt
        return Version(attempt, prepared)

    async def check(self, version: Version, depth: Literal["quick", "full"]) -> Verdict:
        """Ask whether a version behaves as the original does."""
        return await check_candidate(
            self._engine, self._target, self.corpus, version.prepared, depth, budget=self._budget
        )

    async def _check_quickly(self, version: Version) -> Version | None:
        verdict = await self.check(version, "quick")
        attempt = evolve(version.attempt, verdict=verdict)
        if not isinstance(verdict, Same):
            settled = judge_behaviour(verdict, Bar())
            self.record(evolve(attempt, decision=settled or attempt.decision))
            return None
        self.attempts[version.candidate.id] = attempt
        return evolve(version, attempt=attempt)

    async def _screen(self, versions: Sequence[Version], parent: Version | None) -> list[Version]:
        """Measure each against the version it builds on; the hopeful ones, best first."""
        base = parent.prepared.side if parent else ORIGINAL
        screened: list[Screened] = []
        measured: dict[str, Version] = {}
        for version in versions:
            self._say("measure", f"screening {version.candidate.source}")
            comparison = await self.stopwatch.screen(
                base, version.prepared.side, version.screened_in, alone=len(versions) == 1
            )
            attempt = evolve(version.attempt, screening=comparison)
            measured[version.candidate.id] = evolve(version, attempt=attempt)
            ratios = ratios_of(comparison.blocks, comparison.metric)
            if len(ratios) < max(1, len(comparison.blocks)):
                self.record(evolve(attempt, decision=_not_timed(attempt, comparison)))
                continue
            self.attempts[version.candidate.id] = attempt
            screened.append(Screened(version.candidate.id, tuple(ratios), _changed_lines(attempt.diff)))
        if not screened:
            return []
        plan = Plan(delta=self.stopwatch.delta)
        ranking = rank(screened, plan, limit=len(screened))
        means = {each.candidate: sum(each.ratios) / len(each.ratios) for each in screened}
        hopeful = [name for name in ranking.confirm if means[name] > plan.threshold]
        for name in ranking.order:
            if name not in hopeful:
                self.record(
                    evolve(measured[name].attempt, decision=_too_little(measured[name].attempt, plan))
                )
        return [measured[name] for name in hopeful]

    def record(self, attempt: Attempt) -> None:
        """Keep what became of a candidate, and say so."""
        self.attempts[attempt.candidate.id] = attempt
        measured = attempt.comparison or attempt.screening
        figure = str(measured.interval) if measured and measured.interval else ""
        reason = attempt.decision.reasons[0] if attempt.decision.reasons else ""
        word = attempt.decision.word.value
        self._engine.emit(Tried(self._target.id, attempt.candidate.source, word, reason, figure))

    def _say(self, stage: str, message: str) -> None:
        self._engine.emit(Progressed(stage, self._target.id, message, self._budget.left))


def read_original(project: Project, target: Target) -> str:
    """Text of the target's file as it was when the target was listed.

    Raises:
        UsageError: The file has changed since, or can't be read.
    """
    try:
        data = content(project.root, target.path, project.held)
    except OSError as problem:
        raise UsageError(f"can't read {target.path}: {problem.strerror}") from problem
    if target.file_sha256 and hashlib.sha256(data).hexdigest() != target.file_sha256:
        raise UsageError(f"{target.path} changed while the run was under way", "Start a new run.")
    return decode(data, target.path).text


def _not_timed(attempt: Attempt, comparison: Comparison) -> Decision:
    if any(not block.outputs_equal for block in comparison.blocks):
        why = "results differed while it was timed"
        return judge_timed_results(attempt.verdict, why, trusted=attempt.candidate.trusted)
    return Decision(DecisionWord.INCONCLUSIVE, (comparison.problem or "the time budget ended",))


def _too_little(attempt: Attempt, plan: Plan) -> Decision:
    screening = attempt.screening
    if screening is not None and screening.outcome is Outcome.FASTER:
        return Decision(DecisionWord.REJECTED, ("another version gains as much with a smaller change",))
    figure = f": {screening.interval}" if screening and screening.interval else ""
    return Decision(DecisionWord.REJECTED, (f"not faster by {plan.delta:.0%} in the screening{figure}",))


def _changed_lines(diff: str) -> int:
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines())
