"""Asks a source one question: said and recorded before it is sent, paid before its answer is used."""

from __future__ import annotations

import asyncio
import time

from attrs import evolve

from codeflash_core.errors import ServiceError
from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.model.spending import Ended, Spending
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.events import Noted
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.sources import Answer, Outgoing, Question, Source, Step, Stepping

LEAST_WAIT = 60.0
"""A request that was sent is waited for this long, whatever is left of the budget: it is paid for."""

LONGEST_MESSAGE = 2_000
"""Characters of the ledger's words on why there was no usable answer."""


def knows(source: Source, step: Step) -> bool:
    """Whether a source can be asked for a step."""
    return step is Step.PROPOSE or (isinstance(source, Stepping) and step in source.steps)


class Desk:
    """Where the sources of one search are asked."""

    def __init__(self, engine: Engine, budget: Budget) -> None:
        """Open it.

        Args:
            engine: What the run works with.
            budget: How much time there is.
        """
        self._engine = engine
        self._budget = budget
        self._said: set[str] = set()
        self._away: set[str] = set()

    async def ask(self, source: Source, question: Question, about: str) -> Answer:
        """What a source answers; nothing where it fails, or where nothing more may be spent.

        Args:
            source: Who is asked.
            question: What is asked.
            about: Which candidates the question is about: the same question has the same.

        Raises:
            ServiceError: It fails, and there is nobody else.
        """
        engine = self._engine
        step = f"{question.target.id}:{source.name}:{about}"
        if source.name in self._away:
            return Answer()
        before = sum(each.source == source.name for each in engine.ledger.of(question.target.id))
        question = evolve(question, asked=before)
        if isinstance(source, Outgoing) and not await self._may_send(source, question, step):
            return Answer()
        answer: Answer = await engine.steps.once(
            f"{question.step}:{step}", Answer, lambda: self._answer(source, question, about)
        )
        if answer.away:
            self._away.add(source.name)
        return answer

    async def _may_send(self, source: Outgoing, question: Question, step: str) -> bool:
        """Whether the question may be sent; what is sent is said first. Recorded: a resumed run does the same."""
        engine = self._engine

        async def told() -> str:
            if self._spent_up():
                return ""
            sentence = source.sends(question)
            if sentence:
                engine.emit(Noted(sentence))
            return sentence

        kind = "" if question.step is Step.PROPOSE else f"{question.step}:"
        return bool(await engine.steps.once(f"send:{kind}{step}", str, told))

    async def _answer(self, source: Source, question: Question, about: str) -> Answer:
        """The answer, or why there is none; of a source that stands alone the first failure is raised."""
        if isinstance(source, Outgoing):
            # Once more: a request that was killed on its way may have cost what was left.
            if self._spent_up():
                return Answer()
            answer = await self._paid(source, question, about)
        else:
            answer = await _of(source, question)
            if answer.replayed:
                line = Spending(0, question.target.id, source.name, question.step, about)
                self._engine.ledger.replay(_line(line, answer))
        if answer.problem:
            what = (
                "proposes nothing" if question.step is Step.PROPOSE else f"gives nothing to {question.step}"
            )
            self._engine.emit(Noted(f"{source.name} {what}: {answer.problem}"))
        return answer

    async def _paid(self, source: Source, question: Question, about: str) -> Answer:
        """The answer, whose line in the ledger is on disk before it is sent and before it is used."""
        ledger = self._engine.ledger
        request = ledger.begin(question.target.id, source.name, question.step, about)
        began = time.monotonic()
        outcome: Ended = "cancelled"
        answer = Answer(cost=Cost(calls=1, money=None))
        failure: ServiceError | None = None
        wait = max(LEAST_WAIT, self._budget.patience)
        try:
            async with asyncio.timeout(wait):
                answer = await _of(source, evolve(question, wait=wait))
            outcome = "answered"
        except TimeoutError:
            answer = evolve(answer, problem="it gave no answer in the time there is")
        except ServiceError as problem:
            outcome, failure = "failed", problem
            cost = Cost(calls=problem.calls, money=problem.money)
            answer = Answer(cost=cost, problem=problem.message, away=not problem.concerns_request)
        finally:
            seconds = round(time.monotonic() - began, 3)
            cost = evolve(answer.cost, seconds=seconds, calls=max(1, answer.cost.calls))
            answer = evolve(answer, cost=cost)
            ledger.end(evolve(_line(request, answer), outcome=outcome))
        alone = len(self._engine.sources) == 1 and question.step is Step.PROPOSE and not about
        if failure is not None and alone and not failure.concerns_request:
            raise failure
        return answer

    def _spent_up(self) -> bool:
        """Whether no further request may be sent, which is said then."""
        over = self._engine.ledger.spent_up
        if over:
            self._once(f"no further request is sent: {over}")
        return bool(over)

    def _once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._engine.emit(Noted(sentence))


async def _of(source: Source, question: Question) -> Answer:
    if isinstance(source, Stepping):
        return await source.ask(question)
    made = await source.propose(question)
    return Answer(made, cost=_sum(made))


def _sum(made: tuple[Candidate, ...]) -> Cost:
    """What candidates cost together; a request of which none came has a price that nobody told."""
    prices = [each.cost.money for each in made]
    money = None if not made or None in prices else sum(price or 0.0 for price in prices)
    return Cost(sum(each.cost.seconds for each in made), sum(each.cost.calls for each in made), money)


def _line(request: Spending, answer: Answer) -> Spending:
    cost = answer.cost
    return evolve(
        request,
        seconds=cost.seconds,
        calls=cost.calls,
        money=cost.money,
        proposed=tuple(each.id for each in answer.candidates),
        message=(answer.problem or "; ".join(answer.unusable))[:LONGEST_MESSAGE],
    )
