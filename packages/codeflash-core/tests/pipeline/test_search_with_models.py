"""The search with sources that repair, refine and continue, on the fake language."""

from __future__ import annotations

import asyncio
import json

import pytest
from attrs import evolve

from codeflash_core.errors import PrerequisiteError, ServiceError
from codeflash_core.model.candidate import Candidate, Cost, candidate_id
from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.parts import Part
from codeflash_core.model.side import UNCHANGED, Prepared
from codeflash_core.model.verdict import Different
from codeflash_core.pipeline import asking, budget, checking
from codeflash_core.pipeline.events import Noted
from codeflash_core.ports.sources import Answer, Step
from codeflash_core.records.journal import read_entries
from codeflash_core.reports.lineage import line, step_of

PATH = "m.py"
ALL = frozenset((Step.PROPOSE, Step.REPAIR, Step.REFINE, Step.ADAPT))


class Scripted:
    """A source elsewhere: a text for each question, by step and by the text that it starts from."""

    name = "scripted"

    def __init__(self, script, steps=ALL, price=0.01) -> None:
        self.script = script
        self.steps = frozenset(steps)
        self.price = price
        self.asked = []

    def sends(self, question) -> str:
        return f"sends {question.target.path} to {question.step}"

    async def propose(self, question):
        return (await self.ask(question)).candidates

    async def ask(self, question) -> Answer:
        self.asked.append(question)
        found = self.script(question)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, Answer):
            return found
        texts = [found] if isinstance(found, str) else list(found or ())
        answer = Answer(
            tuple(self._candidate(question, text) for text in texts), cost=Cost(0.5, 1, self.price)
        )
        return answer.with_shares()

    def _candidate(self, question, text) -> Candidate:
        parent = question.about[-1].candidate if question.about else question.parent
        step = self.name if question.step is Step.PROPOSE else f"{self.name}:{question.step}"
        return Candidate(
            id=candidate_id({PATH: question.target.file_sha256}, {PATH: text}),
            source=self.name,
            files={PATH: text},
            parents=(parent.id,) if parent else (),
            steps=(*(parent.steps if parent else ()), step),
        )


def by_step(**answers):
    return lambda question: (
        answers.get(question.step.value) if question.step is not Step.PROPOSE or not question.parent else None
    )


def notes(search) -> list[str]:
    return [event.message for event in search.events if isinstance(event, Noted)]


async def test_a_wrong_candidate_is_repaired_then_refined_and_accepted(trial) -> None:
    source = Scripted(
        by_step(
            propose="a gain=9 differs=1\nb\nc\nd\ne\n",
            repair="a gain=1.5\nb x=1\nc x=1\nd\ne\n",
            refine="a gain=1.9\nb\nc\nd\ne\n",
        )
    )
    search = trial(sources=[source])
    result = await search.run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert [step_of(each) for each in line(result)] == ["propose", "repair", "refine"]
    repair = next(each for each in source.asked if each.step is Step.REPAIR)
    assert isinstance(repair.about[0].verdict, Different)
    assert repair.files[PATH] == "a gain=9 differs=1\nb\nc\nd\ne\n"
    assert repair.original == "a\nb\nc\nd\ne\n"
    assert len(result.requests) == len(source.asked)


async def test_what_only_a_full_check_finds_is_repaired_as_well(trial) -> None:
    source = Scripted(
        by_step(propose="a gain=9 differs_late=1\nb\nc\nd\ne\n", repair="a gain=2\nb\nc\nd\ne\n"),
        steps=(Step.PROPOSE, Step.REPAIR),
    )
    result = await trial(sources=[source], rounds=1, confirmations=1).run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert [step_of(each) for each in line(result)] == ["propose", "repair"]


async def test_a_line_of_descent_is_repaired_twice_at_most(trial) -> None:
    def script(question):
        if question.step is Step.REPAIR:
            return f"a gain=9 differs=1 x={len(question.about[0].candidate.steps)}\nb\nc\nd\ne\n"
        return None if question.history else "a gain=9 differs=1\nb\nc\nd\ne\n"

    source = Scripted(script)
    result = await trial(sources=[source], rounds=9).run()
    assert result.decision.word is DecisionWord.REJECTED
    assert sum(each.step is Step.REPAIR for each in source.asked) == 2


async def test_a_refinement_as_fast_with_a_smaller_diff_wins(trial) -> None:
    source = Scripted(
        by_step(propose="a gain=1.5\nb x=1\nc x=1\nd x=1\ne\n", refine="a gain=1.5\nb\nc\nd\ne\n"),
        steps=(Step.PROPOSE, Step.REFINE),
    )
    result = await trial(sources=[source]).run()
    assert result.best.candidate.files[PATH] == "a gain=1.5\nb\nc\nd\ne\n"


async def test_a_refinement_that_is_slower_loses(trial) -> None:
    source = Scripted(
        by_step(propose="a gain=1.5\nb x=1\nc x=1\nd x=1\ne\n", refine="a gain=1.2\nb\nc\nd\ne\n"),
        steps=(Step.PROPOSE, Step.REFINE),
    )
    result = await trial(sources=[source]).run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert result.best.candidate.files[PATH] == "a gain=1.5\nb x=1\nc x=1\nd x=1\ne\n"


async def test_a_chain_is_continued_with_all_its_links(trial) -> None:
    source = Scripted(
        by_step(
            propose="a gain=1.5\nb\nc\nd\ne\n",
            refine="a gain=1.9\nb\nc\nd\ne\n",
            adapt="a gain=2.5\nb\nc\nd\ne\n",
        )
    )
    result = await trial(sources=[source]).run()
    adapt = next(each for each in source.asked if each.step is Step.ADAPT)
    assert [step_of(each) for each in adapt.about] == ["propose", "refine"]
    # What they gained is told over the original, whatever each was measured against.
    gains = [each.screening.interval.point for each in adapt.about]
    assert gains == pytest.approx([1.5, 1.9], rel=0.02)
    assert result.best.candidate.files[PATH] == "a gain=2.5\nb\nc\nd\ne\n"


async def test_independent_winners_are_combined(trial) -> None:
    source = Scripted(
        by_step(propose=["a gain=1.5\nb\nc\nd\ne\n", "a\nb\nc\nd gain=1.4\ne\n"]), steps=(Step.PROPOSE,)
    )
    result = await trial(sources=[source]).run()
    assert result.best.candidate.files[PATH] == "a gain=1.5\nb\nc\nd gain=1.4\ne\n"
    assert step_of(result.best) == "combination"
    assert len(result.best.candidate.parents) == 2


async def test_a_twin_is_named_with_the_one_that_it_is_the_same_as(trial) -> None:
    source = Scripted(
        by_step(propose=["a gain=1.5\nb\nc\nd\ne\n", "a gain=1.5\nb \nc\nd\ne\n"]), steps=(Step.PROPOSE,)
    )
    search = trial(sources=[source], rounds=1)
    prepare = search.language.prepare

    async def with_form(project, target, candidate) -> Prepared:
        made = await prepare(project, target, candidate)
        return evolve(made, form="".join((candidate.files[PATH] or "").split()))

    search.language.prepare = with_form
    result = await search.run()
    first, second = result.attempts
    assert f"the same as candidate {first.candidate.id}" in second.decision.reasons[0]
    assert len(search.language.checked) == 2  # the first one's quick and full check


async def test_what_a_source_refuses_itself_is_named_and_never_prepared(trial) -> None:
    def script(question):
        if question.history:
            return None
        made = Candidate("x", "scripted", {"tests/test_m.py": "pass\n"}, refused="it changes tests/test_m.py")
        return Answer((made,), cost=Cost(0.1, 1, 0.0))

    search = trial(sources=[Scripted(script, steps=(Step.PROPOSE,))])
    result = await search.run()
    (attempt,) = result.attempts
    assert attempt.decision.word is DecisionWord.REJECTED
    assert attempt.decision.reasons == ("it changes tests/test_m.py",)
    assert search.language.work == 0


@pytest.mark.parametrize(
    "script",
    [
        lambda question: None,
        lambda question: ServiceError("none of 2 answers is of use", status=502),
        lambda question: "a\nb\nc\nd\ne\n",
    ],
    ids=["nothing", "garbage", "the same code"],
)
async def test_a_model_without_a_candidate_ends_in_a_plain_answer(trial, script) -> None:
    search = trial(sources=[Scripted(script)])
    result = await search.run()
    assert result.decision.word is not DecisionWord.ACCEPTED
    assert result.requests


async def test_a_failed_request_is_in_the_ledger_with_its_price(trial) -> None:
    problem = ServiceError("the model's answer could not be used", status=502)
    problem.money = 0.25
    result = await trial(sources=[Scripted(lambda _: problem)]).run()
    assert [(each.outcome, each.money, each.calls) for each in result.requests] == [("failed", 0.25, 1)]


async def test_candidates_that_a_round_has_no_room_for_are_said_to_be_left_out(trial) -> None:
    texts = [f"a gain=1.{number}\nb\nc\nd\ne\n" for number in range(1, 6)]
    search = trial(sources=[Scripted(by_step(propose=texts))], per_round=3, rounds=1)
    assert len((await search.run()).attempts) == 3
    assert "2 candidates not tried: a round tries at most 3" in notes(search)


async def test_an_answer_that_used_up_the_money_is_used_and_nothing_more_is_sent(trial) -> None:
    source = Scripted(by_step(propose="a gain=1.5\nb\nc\nd\ne\n", refine="a gain=3\nb\nc\nd\ne\n"), price=0.6)
    search = trial(sources=[source], most_money=0.5)
    result = await search.run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert len(source.asked) == 1
    assert any("$0.60 of $0.50 are spent" in note for note in notes(search))


async def test_the_number_of_requests_is_a_limit(trial) -> None:
    source = Scripted(by_step(propose="a gain=1.5\nb\nc\nd\ne\n", refine="a gain=3\nb\nc\nd\ne\n"))
    await trial(sources=[source], most_calls=1).run()
    assert len(source.asked) == 1


async def test_where_one_source_ends_the_run_the_others_are_broken_off_and_counted(trial) -> None:
    class Waiting(Scripted):
        name = "waiting"

        async def ask(self, question) -> Answer:
            await asyncio.Event().wait()
            raise AssertionError

    broken = Scripted(lambda _: PrerequisiteError("its program is gone"))
    search = trial(sources=[Waiting(None), broken])
    with pytest.raises(PrerequisiteError):
        await search.run()
    lines = {entry["number"]: entry for entry in read_entries(search.journal) if entry["kind"] == "request"}
    assert [lines[number]["outcome"] for number in sorted(lines)] == ["cancelled", "cancelled"]


async def test_an_endless_generation_is_broken_off_and_counted(trial, monkeypatch) -> None:
    monkeypatch.setattr(asking, "LEAST_WAIT", 0.01)
    monkeypatch.setattr(budget, "LEAST_SECONDS", 0.01)

    class Endless(Scripted):
        async def ask(self, question) -> Answer:
            await asyncio.Event().wait()
            raise AssertionError

    search = trial(sources=[Endless(None)], budget_seconds=0.0)
    result = await search.run()
    assert [(each.outcome, each.money) for each in result.requests] == [("cancelled", None)]
    assert any("no answer in the time there is" in note for note in notes(search))


async def test_a_request_that_is_cancelled_with_the_run_is_counted(trial) -> None:
    class Waiting(Scripted):
        async def ask(self, question) -> Answer:
            task.cancel()
            await asyncio.Event().wait()
            raise AssertionError

    search = trial(sources=[Waiting(None)])
    task = asyncio.ensure_future(search.run())
    with pytest.raises(asyncio.CancelledError):
        await task
    lines = [entry for entry in read_entries(search.journal) if entry["kind"] == "request"]
    assert [entry["outcome"] for entry in lines] == ["unknown", "cancelled"]


@pytest.mark.parametrize("limit", [{"most_calls": 1}, {"most_money": 0.5}], ids=["calls", "money"])
async def test_a_request_that_was_killed_on_its_way_is_not_sent_again_above_the_limit(trial, limit) -> None:
    class Killed(BaseException):
        pass

    def script(question):
        raise Killed

    source = Scripted(script)
    search = trial(sources=[source], **limit)
    with pytest.raises(Killed):
        await search.run()
    # What a killed process leaves: a line that says that a request was sent, and none that says how it ended.
    search.journal.write_bytes(b"".join(search.journal.read_bytes().splitlines(keepends=True)[:-1]))
    source.script = by_step(propose="a gain=1.5\nb\nc\nd\ne\n")
    result = await search.run()
    assert len(source.asked) == 1
    assert [each.outcome for each in result.requests] == ["unknown"]
    assert any("no further request is sent" in note for note in notes(search))


async def test_a_source_knows_how_often_it_was_asked_also_before_a_kill(trial) -> None:
    class Killed(BaseException):
        pass

    def script(question):
        if question.step is Step.REFINE:
            raise Killed
        return None if question.parent else "a gain=1.5\nb\nc\nd\ne\n"

    source = Scripted(script, steps=(Step.PROPOSE, Step.REFINE))
    search = trial(sources=[source], most_calls=9)
    with pytest.raises(Killed):
        await search.run()
    asked = [each.asked for each in source.asked]
    assert asked == list(range(len(asked)))
    source.script = lambda _: None
    await search.run()
    assert source.asked[len(asked)].asked == len(asked)


async def test_a_resumed_search_asks_nothing_again_and_decides_alike(trial) -> None:
    answers = by_step(
        propose="a gain=9 differs=1\nb\nc\nd\ne\n",
        repair="a gain=1.5\nb\nc\nd\ne\n",
        refine="a gain=1.9\nb\nc\nd\ne\n",
    )
    source = Scripted(answers)
    search = trial(sources=[source])
    first = await search.run()
    asked = len(source.asked)
    second = await search.run()
    assert len(source.asked) == asked
    assert evolve(second, seconds=0.0) == evolve(first, seconds=0.0)


async def test_questions_without_promise_are_not_asked_and_that_is_said(trial) -> None:
    def script(question):
        if question.step is Step.REPAIR or not question.history:
            return [f"a gain=9 differs=1 x={len(question.history)}\nb{n}\nc\nd\ne\n" for n in range(6)]
        return None

    source = Scripted(script, steps=(Step.PROPOSE, Step.REPAIR))
    search = trial(sources=[source], rounds=30, delta=0.05, repairs=9)
    await search.run()
    assert sum(each.step is Step.REPAIR for each in source.asked) < 8
    assert any("the search stops" in note for note in notes(search))


async def test_tests_of_a_source_are_inputs_of_the_lowest_grade_that_nothing_is_timed_on(
    trial, make_call, corpus
) -> None:
    def script(question):
        if question.step is Step.TESTS:
            return Answer(text="def test(): f(3)", cost=Cost(0.1, 1, 0.0))
        return None if question.parent else "a gain=1.5\nb\nc\nd\ne\n"

    search = trial(sources=[Scripted(script, steps=(Step.PROPOSE, Step.TESTS))], rounds=1)
    seen = []

    async def observe(project, targets, workload, seed):
        seen.append(workload)
        return (Corpus(targets[0].id, calls=(make_call("new"), corpus.calls[0])),)

    search.language.observe = observe
    result = await search.run()
    assert [(each.kind, each.text) for each in seen] == [("written", "def test(): f(3)")]
    inputs = search.language.checked[0].corpus.calls
    (new,) = [each for each in inputs if each.id == "new"]
    assert (new.grade.value, new.count, new.origin) == ("guessed", 0, "a test that scripted wrote")
    assert len(inputs) == len(corpus.calls) + 1
    assert result.decision.word is DecisionWord.ACCEPTED
    assert all(call.id != "new" for block in search.language.timed for call in block.calls)


async def test_without_grown_inputs_nobody_is_asked_for_tests(trial) -> None:
    for without, asked in ((frozenset(), True), (frozenset({Part.GROWTH}), False)):
        source = Scripted(
            lambda question: "a gain=1.5\nb\nc\nd\ne\n" if question.step is Step.PROPOSE else None,
            steps=(Step.PROPOSE, Step.TESTS),
        )
        folder = "without" if without else "run"
        await trial(sources=[source], rounds=1, without=without, folder=folder).run()
        assert (Step.TESTS in [each.step for each in source.asked]) is asked


async def test_opinions_are_asked_for_after_the_decision_and_change_nothing(trial) -> None:
    def script(question):
        match question.step:
            case Step.EXPLAIN:
                return Answer(text="It is shorter.", cost=Cost(0.1, 1, 0.0))
            case Step.REVIEW:
                return Answer(text="low: I would not merge it.", cost=Cost(0.1, 1, 0.0))
            case _:
                return None if question.parent else "a gain=1.5\nb\nc\nd\ne\n"

    steps = (Step.PROPOSE, Step.EXPLAIN, Step.REVIEW)
    result = await trial(sources=[Scripted(script, steps=steps)], rounds=1).run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert [(each.step, each.text) for each in result.opinions] == [
        ("explain", "It is shorter."),
        ("review", "low: I would not merge it."),
    ]


async def test_no_opinion_is_asked_for_on_what_was_not_accepted(trial) -> None:
    source = Scripted(by_step(propose="a gain=0.5\nb\nc\nd\ne\n"), steps=(Step.PROPOSE, Step.EXPLAIN))
    await trial(sources=[source]).run()
    assert all(each.step is not Step.EXPLAIN for each in source.asked)


async def test_a_counterexample_shows_nothing_that_looks_secret(trial) -> None:
    search = trial("a gain=2 differs=1")
    check = search.language.check

    async def telling(project, request):
        found = await check(project, request)
        held = Cheat(CheatKind.HARD_CODED_ANSWERS, "it newly holds 'ghp_0123456789abcdefghij'")
        return evolve(
            found,
            counterexample=evolve(found.counterexample, original="'ghp_0123456789abcdefghij'"),
            evidence=evolve(found.evidence, suspicion=held, only_recorded=True),
        )

    search.language.check = telling
    (attempt,) = (await search.run()).attempts
    assert attempt.decision.cheat is CheatKind.HARD_CODED_ANSWERS
    assert "ghp_" not in search.journal.read_text() + str(attempt)
    assert "<hidden>" in json.dumps(list(read_entries(search.journal)))


async def test_code_as_it_was_in_another_layout_is_named_as_such(trial) -> None:
    search = trial(sources=[Scripted(by_step(propose="a \nb\nc\nd\ne\n"), steps=(Step.PROPOSE,))])
    prepare = search.language.prepare

    async def alike(project, target, candidate) -> Prepared:
        return evolve(await prepare(project, target, candidate), form=UNCHANGED)

    search.language.prepare = alike
    (attempt,) = (await search.run()).attempts
    assert "the code as it was" in attempt.decision.reasons[0]
    assert not search.language.checked


async def test_a_source_that_is_away_is_asked_once(trial, edits) -> None:
    source = Scripted(lambda _: ServiceError("the AI service can't be reached"))
    search = trial(sources=[source, edits(["a gain=1.5", "b gain=1.3"])])
    assert (await search.run()).decision.word is DecisionWord.ACCEPTED
    assert len(source.asked) == 1
    assert (await search.run()).decision.word is DecisionWord.ACCEPTED
    assert len(source.asked) == 1


async def test_a_candidate_that_is_hard_to_judge_leaves_time_for_the_winner(
    trial, monkeypatch, budget_clock
) -> None:
    monkeypatch.setattr(checking, "LEAST_SECONDS", 0.01)
    advance = budget_clock()

    def script(question):
        if question.step is Step.REFINE:
            advance(37.0)
            return "a gain=2 hangs=1\nb\nc\nd\ne\n"
        return None if question.parent else "a gain=1.5\nb\nc\nd\ne\n"

    search = trial(sources=[Scripted(script, steps=(Step.PROPOSE, Step.REFINE))], budget_seconds=60.0)
    check = search.language.check

    async def hanging(project, request):
        if b"hangs" in (request.candidate.changes[PATH] or b""):
            await asyncio.Event().wait()
        return await check(project, request)

    search.language.check = hanging
    result = await search.run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert result.best.candidate.files[PATH] == "a gain=1.5\nb\nc\nd\ne\n"
