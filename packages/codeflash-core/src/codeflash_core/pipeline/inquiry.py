"""The questions of one search: which are put, what they start from, and what has come of them."""

from __future__ import annotations

import math
from collections.abc import Coroutine, Sequence
from typing import Any

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt
from codeflash_core.model.target import Target
from codeflash_core.pipeline.asking import Desk, knows
from codeflash_core.pipeline.events import Noted
from codeflash_core.pipeline.moves import Move, Payoff, chosen, least_log_gain, moves, repairs
from codeflash_core.pipeline.population import Population, Version
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.sources import Answer, Question, Step
from codeflash_core.reports.figures import count
from codeflash_core.together import all_together


class Inquiry:
    """Puts each question once, and remembers what it cost and gained."""

    def __init__(
        self, engine: Engine, target: Target, population: Population, desk: Desk, original: str
    ) -> None:
        """Begin.

        Args:
            engine: What the run works with.
            target: The target.
            population: The candidates.
            desk: Where sources are asked.
            original: Text of the target's file.
        """
        self._engine = engine
        self._target = target
        self._population = population
        self._desk = desk
        self._original = original
        self._payoff = Payoff(engine.settings)
        self._asked: set[tuple[tuple[str, Step], str]] = set()
        self._made_by: dict[str, tuple[str, Step]] = {}

    def question(
        self, corpus: Corpus, step: Step, parent: Version | None = None, about: tuple[Attempt, ...] = ()
    ) -> Question:
        """A question with all that is known by now.

        Args:
            corpus: The inputs and what was traced.
            step: What is wanted.
            parent: The version to build on, or None for the original.
            about: The attempts that the step is about; the last of them is what the answer changes.
        """
        engine, target = self._engine, self._target
        files = {target.path: self._original}
        start = about[-1].candidate if about else parent.candidate if parent else None
        if start:
            files |= {path: text for path, text in start.files.items() if text is not None}
        return Question(
            project=engine.project,
            target=target,
            files=files,
            corpus=corpus,
            parent=parent.proposed if parent else None,
            history=tuple(self._population.attempts.values()),
            python=engine.python,
            step=step,
            original=self._original,
            about=tuple(map(self._population.over_original, about)),
        )

    def plan(self, parent: Version | None, corpus: Corpus, delta: float) -> list[Move]:
        """The questions of the next round; none when nothing is left that is expected to be worth its cost.

        Args:
            parent: The best version so far, or None.
            corpus: The inputs and what was traced.
            delta: The least gain worth having on this machine now.
        """
        engine = self._engine
        possible = [
            each
            for each in moves(engine.sources, self._population, parent, engine.settings, bool(corpus.facts))
            if self._is_new(each)
        ]
        turn, left_out = chosen(possible, self._payoff, engine.settings, least_log_gain(delta))
        if left_out and not turn:
            engine.emit(
                Noted(
                    f"the search stops: {count(left_out, 'further question')} would be expected to gain less than "
                    f"{delta:.1%}, which is not told from noise here"
                )
            )
        return turn

    async def candidates(
        self, turn: Sequence[Move], parent: Version | None, corpus: Corpus
    ) -> list[Candidate]:
        """What the sources propose, each candidate that is new once.

        Args:
            turn: The questions.
            parent: The best version so far, or None.
            corpus: The inputs and what was traced.
        """
        found: dict[str, Candidate] = {}
        for move, answer in zip(turn, await self._answers(turn, parent, corpus), strict=True):
            for candidate in answer.candidates:
                if candidate.id not in self._population.attempts:
                    found.setdefault(candidate.id, candidate)
                    self._made_by.setdefault(candidate.id, move.arm)
        return list(found.values())

    async def _answers(self, turn: Sequence[Move], parent: Version | None, corpus: Corpus) -> Sequence[Answer]:
        """The answers in the order of the questions.

        They are put side by side, but for a run whose spending is limited: there each is paid before the next is sent.
        """

        def put(move: Move) -> Coroutine[Any, Any, Answer]:
            about = () if move.step is Step.PROPOSE else move.about
            return self._ask(move, self.question(corpus, move.step, parent, about))

        limits = self._engine.ledger.limits
        if limits.money is None and limits.calls is None:
            answers = await all_together(map(put, turn))
        else:
            answers = tuple([await put(move) for move in turn])
        for move, answer in zip(turn, answers, strict=True):
            self._payoff.asked(move, answer.cost)
        return answers

    async def repair(self, attempt: Attempt, corpus: Corpus) -> Candidate | None:
        """A repaired version of a candidate that a full check found to differ.

        Args:
            attempt: The candidate with its verdict.
            corpus: The inputs and what was traced.
        """
        settings = self._engine.settings
        if attempt.candidate.trusted or repairs(self._population, attempt) >= settings.repairs:
            return None
        for source in self._engine.sources:
            move = Move(source, Step.REPAIR, (attempt,))
            if knows(source, Step.REPAIR) and self._is_new(move):
                for candidate in await self.candidates([move], None, corpus):
                    return candidate
        return None

    def credit(self, winner: Version) -> None:
        """Note what the question gained that the new best version came from."""
        screening = winner.attempt.screening
        arm = self._made_by.get(winner.candidate.id)
        if arm is not None and screening is not None and screening.interval is not None:
            self._payoff.gained(arm, math.log(screening.interval.point))

    async def _ask(self, move: Move, question: Question) -> Answer:
        self._asked.add((move.arm, move.key))
        return await self._desk.ask(move.source, question, move.key)

    def _is_new(self, move: Move) -> bool:
        return (move.arm, move.key) not in self._asked
