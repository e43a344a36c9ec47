from __future__ import annotations

import math

import pytest
from attrs import evolve, frozen

from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.verdict import Counterexample, Different
from codeflash_core.pipeline.moves import Move, Payoff, broken, chosen, combinations, moves, repairs
from codeflash_core.pipeline.population import Population, Version
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.sources import Step

SETTINGS = SearchSettings(budget_seconds=100.0)
DIFFERENT = Different(Counterexample("f(1)", "result", "1", "2"))


@frozen
class Elsewhere:
    name: str = "elsewhere"
    steps: frozenset = frozenset(Step)

    def sends(self, question) -> str:
        return "sends"

    async def ask(self, question):
        raise NotImplementedError

    async def propose(self, question):
        raise NotImplementedError


@frozen
class Here:
    name: str = "here"

    async def propose(self, question):
        raise NotImplementedError


def attempt(name: str, *steps: str, parents=(), verdict=None, trusted=False, files=None) -> Attempt:
    made = Candidate(name, "elsewhere", files or {}, parents=parents, steps=steps, trusted=trusted)
    return Attempt(made, "", Decision(DecisionWord.REJECTED), verdict)


def version(name: str, text: str, **more) -> Version:
    return Version(attempt(name, files={"m.py": text}, **more), Prepared(Side(name), ""))


def test_what_has_paid_is_asked_before_what_has_not() -> None:
    payoff = Payoff(SETTINGS)
    paid, unpaid = (
        Move(Elsewhere("a"), Step.REFINE, (attempt("x"),)),
        Move(Elsewhere("b"), Step.REFINE, (attempt("x"),)),
    )
    for move in (paid, unpaid):
        payoff.asked(move, Cost(10.0, 1, 0.01))
    payoff.gained(paid.arm, math.log(2))
    turn, left_out = chosen([unpaid, paid], payoff, SETTINGS, 0.02)
    assert turn == [paid, unpaid]
    assert left_out == 0


def test_of_equal_gains_the_cheaper_is_asked_first() -> None:
    payoff = Payoff(evolve(SETTINGS, most_money=1.0))
    dear, cheap = (
        Move(Elsewhere("a"), Step.REFINE, (attempt("x"),)),
        Move(Elsewhere("b"), Step.REFINE, (attempt("x"),)),
    )
    payoff.asked(dear, Cost(1.0, 1, 0.5))
    payoff.asked(cheap, Cost(1.0, 1, 0.01))
    turn, _ = chosen([dear, cheap], payoff, SETTINGS, 0.02)
    assert turn == [cheap, dear]


def test_a_round_asks_no_more_than_set_elsewhere_and_everybody_here() -> None:
    away = [Move(Elsewhere(), Step.REPAIR, (attempt(str(n)),)) for n in range(5)]
    here = Move(Here(), Step.PROPOSE)
    turn, _ = chosen([*away, here], Payoff(SETTINGS), evolve(SETTINGS, asks_per_round=2), 0.02)
    assert turn == [*away[:2], here]


def test_what_is_expected_to_gain_less_than_the_noise_is_left_out() -> None:
    payoff = Payoff(SETTINGS)
    move = Move(Elsewhere(), Step.REFINE, (attempt("x"),))
    for _ in range(9):
        payoff.asked(move, Cost(1.0, 1, 0.01))
    assert chosen([move], payoff, SETTINGS, 0.02) == ([], 1)


def test_the_first_question_to_a_source_needs_no_promise() -> None:
    first = Move(Elsewhere(), Step.PROPOSE)
    assert chosen([first], Payoff(SETTINGS), SETTINGS, 9.0) == ([first], 0)


def test_a_source_is_asked_for_the_steps_that_it_knows() -> None:
    population = Population()
    population.keep(attempt("w", "elsewhere", verdict=DIFFERENT))
    known = {
        (each.source.name, each.step)
        for each in moves([Elsewhere(), Here()], population, None, SETTINGS, True)
    }
    assert known == {
        ("elsewhere", Step.PROPOSE),
        ("elsewhere", Step.PROFILE),
        ("elsewhere", Step.REPAIR),
        ("here", Step.PROPOSE),
    }


@pytest.mark.parametrize(("count", "open_"), [(0, True), (1, True), (2, False)])
def test_repairs_are_counted_along_the_line_of_descent(count, open_) -> None:
    population = Population()
    population.keep(attempt("0", "elsewhere", verdict=DIFFERENT))
    for number in range(1, count + 1):
        population.keep(
            attempt(str(number), "elsewhere:repair", parents=(str(number - 1),), verdict=DIFFERENT)
        )
    last = population.attempts[str(count)]
    assert repairs(population, last) == count
    assert (last in broken(population, SETTINGS)) is open_


def test_a_line_of_descent_that_bites_its_tail_ends() -> None:
    population = Population()
    population.keep(attempt("a", parents=("b",)))
    population.keep(attempt("b", parents=("a",)))
    assert len(population.chain("a")) == 2


def test_versions_that_change_different_lines_are_combined() -> None:
    one, two = version("1", "A\nb\nc\n"), version("2", "a\nb\nC\n")
    (made,) = combinations([two], one, {"m.py": "a\nb\nc\n"}, {})
    assert made.files == {"m.py": "A\nb\nC\n"}
    assert made.parents == ("1", "2")
    assert not made.trusted


def test_versions_of_the_same_lines_of_the_catalogue_or_of_one_line_of_descent_are_not() -> None:
    original = {"m.py": "a\nb\nc\n"}
    one = version("1", "A\nb\nc\n")
    assert combinations([version("2", "B\nb\nc\n")], one, original, {}) == []
    assert combinations([version("2", "a\nb\nC\n", parents=("1",))], one, original, {}) == []
    catalogue = [version(name, text, trusted=True) for name, text in (("1", "A\nb\nc\n"), ("2", "a\nb\nC\n"))]
    assert combinations(catalogue[1:], catalogue[0], original, {}) == []
