import asyncio

import pytest

from codeflash_core.model.verdict import Undecided
from codeflash_core.pipeline.budget import GRACE, LEAST_SECONDS, Budget
from codeflash_core.pipeline.checking import ask_discreetly, grow_within, in_time
from codeflash_core.pipeline.run import grow_corpus
from codeflash_core.pipeline.verify import verify_target
from codeflash_core.ports.sources import Question


async def hours() -> str:
    await asyncio.sleep(3600)
    return "done"


async def at_once() -> str:
    return "done"


async def test_work_that_ends_in_time_gives_its_own_answer() -> None:
    assert await in_time(Budget(60.0), at_once, "late") == "done"


async def test_work_beyond_the_budget_is_cancelled_and_answered_for(monkeypatch) -> None:
    monkeypatch.setattr(Budget, "patience", property(lambda self: 0.01))
    assert await in_time(Budget(60.0), hours, "late") == "late"


async def test_cancelling_is_no_answer() -> None:
    task = asyncio.create_task(in_time(Budget(60.0), hours, "late"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_step_begun_late_gets_a_share_of_the_budget() -> None:
    assert Budget(100.0, used=200.0).patience == pytest.approx(100 * GRACE)
    assert Budget(100.0, clock=lambda: 0.0).patience == 100.0
    assert Budget(1.0, used=5.0).patience == LEAST_SECONDS


async def test_growing_beyond_the_budget_is_a_problem_of_the_corpus(trial, corpus, monkeypatch) -> None:
    monkeypatch.setattr(Budget, "patience", property(lambda self: 0.01))
    slow = trial()
    slow.language.growing_seconds = 3600.0
    with slow.engine() as (engine, target):
        grown = await grow_corpus(engine, target, corpus)
    assert grown.problem == "the time budget ended while inputs were grown"
    assert grown.calls == corpus.calls


async def test_growing_in_time_gives_the_languages_corpus(trial, corpus) -> None:
    with trial().engine() as (engine, target):
        assert await grow_within(engine, target, corpus, Budget(60.0)) == corpus


async def test_a_search_whose_growing_takes_too_long_judges_nothing(trial, monkeypatch) -> None:
    monkeypatch.setattr(Budget, "patience", property(lambda self: 0.01))
    slow = trial("a gain=1.5")
    slow.language.growing_seconds = 3600.0
    result = await slow.run()
    assert slow.language.checked == []
    assert result.decision.word.value != "accepted"


async def test_a_check_in_depth_shows_what_the_gate_cautions_of(trial, corpus) -> None:
    one = trial("a state=1")
    with one.engine() as (engine, target):
        files = {"m.py": (engine.project.root / "m.py").read_text()}
        question = Question(engine.project, target, files, corpus)
        (candidate,) = await one.sources[0].propose(question)
        result = await verify_target(engine, target, corpus, candidate)
    assert result.best.candidate.cautions == ("adds a cache, without a bound",)


async def test_why_nothing_was_decided_shows_nothing_that_looks_secret(trial) -> None:
    search = trial()

    async def unsure(project, request) -> Undecided:
        return Undecided("opaque value", "'ghp_0123456789abcdefghij' of a Session")

    search.language.check = unsure
    with search.engine() as (engine, _):
        assert (await ask_discreetly(engine, None)).detail == "'<hidden>' of a Session"
