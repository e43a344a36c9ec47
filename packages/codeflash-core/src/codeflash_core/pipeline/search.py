"""The search for one target: propose, check, measure, and propose again on what was won."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Literal

from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.model.candidate import Candidate, unified_diff
from codeflash_core.model.comparison import Comparison, Outcome
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.parts import Part
from codeflash_core.model.side import ORIGINAL, UNCHANGED
from codeflash_core.model.target import Project, Target
from codeflash_core.model.verdict import Same, Verdict
from codeflash_core.pipeline.asking import Desk
from codeflash_core.pipeline.blocks import RESERVE
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.checking import check_candidate, grow_within
from codeflash_core.pipeline.events import Noted, Progressed, Tried
from codeflash_core.pipeline.inquiry import Inquiry
from codeflash_core.pipeline.judge import Bar, judge_behaviour, judge_timed_results
from codeflash_core.pipeline.measure import Stopwatch
from codeflash_core.pipeline.moves import Move, combinations
from codeflash_core.pipeline.population import Population, Version, changed_lines
from codeflash_core.pipeline.preparing import prepare_candidate
from codeflash_core.pipeline.settings import Engine
from codeflash_core.pipeline.written_tests import with_written_tests
from codeflash_core.ports.sources import Step, is_paid
from codeflash_core.reports.figures import count
from codeflash_core.stats.blocks import ratios_of
from codeflash_core.stats.screening import Screened, rank
from codeflash_core.stats.sequential import Plan
from codeflash_core.texts import content, decode
from codeflash_core.together import all_together

PARALLEL_CHECKS = 2
UNCONFIRMED = Decision(
    DecisionWord.INCONCLUSIVE, ("it looks faster in the screening; nothing more was measured",)
)


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
        self.population = Population()
        self.desk = Desk(engine, budget)
        self.original = read_original(engine.project, target)
        self.inquiry = Inquiry(engine, target, self.population, self.desk, self.original)
        self.hopeful: list[Version] = []
        self._is_grown = False

    @property
    def attempts(self) -> dict[str, Attempt]:
        """What became of each candidate, by id."""
        return self.population.attempts

    async def climb(self) -> list[Version]:
        """Rounds of questions and candidates, each on what the earlier ones have shown.

        Returns:
            Versions worth confirming, best first: the last winner, then those it was built on, then the
            others of the first round that looked faster.
        """
        winners: list[Version] = []
        others: list[Version] = []
        for number in range(self._engine.settings.rounds):
            parent = winners[-1] if winners else None
            turn = self.inquiry.plan(parent, self.corpus, self.stopwatch.delta)
            made = self._combined(parent)
            if number and (not (turn or made) or not await self._time_for_more(number - 1)):
                break
            hopeful = await self._round(number, parent, turn, made)
            if self.corpus.problem:
                break
            if hopeful:
                self.inquiry.credit(hopeful[0])
                winners.append(hopeful[0])
                self.hopeful += hopeful
            if number == 0:
                others = hopeful[1:]
        return [*reversed(winners), *others]

    async def _time_for_more(self, number: int) -> bool:
        """Whether another round begins; recorded, since a resumed run has a budget of its own."""

        async def look() -> bool:
            # What a paid answer proposes has to be measured besides.
            reserve = RESERVE if any(map(is_paid, self._engine.sources)) else 0.0
            return self._budget.left > reserve * self._budget.seconds

        return await self._engine.steps.once(f"go-on:{self._target.id}:{number}", bool, look)

    async def has_time(self, purpose: str) -> bool:
        """Whether there is time left for something; recorded, since a resumed run has a budget of its own."""

        async def look() -> bool:
            return not self._budget.spent

        return await self._engine.steps.once(f"time:{self._target.id}:{purpose}", bool, look)

    def _combined(self, parent: Version | None) -> list[Candidate]:
        if parent is None:
            return []
        base = {self._target.path: self._target.file_sha256}
        made = combinations(self.hopeful, parent, {self._target.path: self.original}, base)
        known = [dict(each.candidate.files) for each in self.attempts.values()]
        return [each for each in made if each.id not in self.attempts and dict(each.files) not in known]

    async def _round(
        self, number: int, parent: Version | None, turn: Sequence[Move], made: Sequence[Candidate]
    ) -> list[Version]:
        self._say("propose", f"round {number + 1}")
        asked = await self.inquiry.candidates(turn, parent, self.corpus)
        most = self._engine.settings.per_round
        found = list({each.id: each for each in (*made, *asked)}.values())
        proposed, left = found[:most], len(found[most:])
        if left:
            self._engine.emit(Noted(f"{count(left, 'candidate')} not tried: a round tries at most {most}"))
        ready = [version for version in [await self._prepare(one) for one in proposed] if version]
        if not ready or not await self._grown():
            return []
        gate = asyncio.Semaphore(PARALLEL_CHECKS)

        async def checked(version: Version) -> Version | None:
            async with gate:
                return await self._check_quickly(version)

        self._say("check", f"{len(ready)} candidates")
        same = [version for version in await all_together(map(checked, ready)) if version]
        # Confirmations in several processes see the baseline against itself as they go.
        if self.stopwatch.calibrates and any(version.confirmed_in == "paired" for version in same):
            self._say("measure", "the baseline against itself")
            await self.stopwatch.calibrate()
        return await self._screen(same, parent)

    async def _grown(self) -> bool:
        """Grow the inputs before the first candidate is judged; whether the original can judge any."""
        if self._is_grown:
            return True
        self._is_grown = True
        if Part.GROWTH not in self._engine.settings.without:
            question = self.inquiry.question(self.corpus, Step.TESTS)
            self.corpus = await with_written_tests(self._engine, self.desk, question)
        self.corpus = await grow_within(self._engine, self._target, self.corpus, self._budget)
        self.stopwatch = Stopwatch(self._engine, self._target, self.corpus, self._budget)
        return not self.corpus.problem

    async def mend(self, attempt: Attempt) -> Version | None:
        """A candidate that a full check found to differ, repaired, checked quickly and screened."""
        if not await self.has_time(f"repair {attempt.candidate.id}"):
            return None
        candidate = await self.inquiry.repair(attempt, self.corpus)
        version = await self._prepare(candidate) if candidate else None
        checked = await self._check_quickly(version) if version else None
        hopeful = await self._screen([checked], None) if checked else []
        return hopeful[0] if hopeful else None

    async def _prepare(self, candidate: Candidate) -> Version | None:
        if candidate.refused:
            refusal = Decision(DecisionWord.REJECTED, (candidate.refused,))
            texts = {self._target.path: self.original}
            self.record(Attempt(candidate, unified_diff(texts, candidate.files), refusal))
            return None
        prepared = await prepare_candidate(self._engine, self._target, candidate)
        candidate = candidate.with_cautions(prepared.cautions)
        attempt = Attempt(candidate, prepared.diff, Decision(DecisionWord.INCONCLUSIVE, ("not measured",)))
        if prepared.refusals:
            self.record(evolve(attempt, decision=prepared.refusal))
            return None
        if prepared.form == UNCHANGED and self._engine.settings.rounds > 1:
            why = "it is the code as it was, but for layout, comments and names of local variables"
            self.record(evolve(attempt, decision=Decision(DecisionWord.REJECTED, (why,))))
            return None
        twin = self.population.twin(candidate, prepared)
        if twin is not None:
            why = f"the same as candidate {twin.candidate.id} by {twin.candidate.source}, but for layout and comments"
            self.record(evolve(attempt, decision=Decision(DecisionWord.REJECTED, (why,))))
            return None
        self.population.keep(attempt)
        return Version(attempt, prepared)

    async def check(self, version: Version, depth: Literal["quick", "full"], *, keep: float = 0.0) -> Verdict:
        """Ask whether a version behaves as the original does.

        Args:
            version: The version.
            depth: How far to look.
            keep: Seconds that are left for what is better by now.
        """
        return await check_candidate(
            self._engine, self._target, self.corpus, version.prepared, depth, budget=self._budget, keep=keep
        )

    async def _check_quickly(self, version: Version) -> Version | None:
        # Once there is something to confirm, no candidate that is hard to judge takes the time for it.
        keep = RESERVE * self._budget.seconds if self.hopeful else 0.0
        verdict = await self.check(version, "quick", keep=keep)
        attempt = evolve(version.attempt, verdict=verdict)
        if not isinstance(verdict, Same):
            settled = judge_behaviour(verdict, Bar())
            self.record(evolve(attempt, decision=settled or attempt.decision))
            return None
        self.population.keep(attempt)
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
            self.population.measured_against(version.candidate.id, parent.candidate.id if parent else "")
            ratios = ratios_of(comparison.blocks, comparison.metric)
            if len(ratios) < max(1, len(comparison.blocks)):
                self.record(evolve(attempt, decision=_not_timed(attempt, comparison)))
                continue
            self.population.keep(attempt)
            screened.append(Screened(version.candidate.id, tuple(ratios), changed_lines(attempt.diff)))
        if not screened:
            return []
        plan = Plan(delta=self.stopwatch.delta)
        ranking = rank(screened, plan, limit=len(screened))
        means = {each.candidate: sum(each.ratios) / len(each.ratios) for each in screened}
        # A refinement need not be faster than what it makes smaller.
        least = {
            name: -plan.threshold if parent and _refines(measured[name], parent) else plan.threshold
            for name in means
        }
        hopeful = [name for name in ranking.order if means[name] > least[name]]
        hopeful = [name for name in hopeful if name in ranking.confirm or least[name] < 0]
        for name in hopeful:
            kept = evolve(measured[name].attempt, decision=UNCONFIRMED)
            measured[name] = evolve(measured[name], attempt=kept)
            self.population.keep(kept)
        for name in ranking.order:
            if name not in hopeful:
                self.record(
                    evolve(measured[name].attempt, decision=_too_little(measured[name].attempt, plan))
                )
        return [measured[name] for name in hopeful]

    def record(self, attempt: Attempt) -> None:
        """Keep what became of a candidate, and say so."""
        self.population.keep(attempt)
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


def _refines(version: Version, parent: Version) -> bool:
    """Whether a version is a refinement of the best one with a smaller diff."""
    refined = version.candidate.steps[-1:] != () and version.candidate.steps[-1].endswith(f":{Step.REFINE}")
    smaller = changed_lines(version.attempt.diff) < changed_lines(parent.attempt.diff)
    return refined and smaller and parent.candidate.id in version.candidate.parents
