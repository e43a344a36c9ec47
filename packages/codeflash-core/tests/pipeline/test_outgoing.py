from __future__ import annotations

import json

import pytest

from codeflash_core.errors import ServiceError
from codeflash_core.model.decision import DecisionWord
from codeflash_core.pipeline.ending import how_ended
from codeflash_core.pipeline.events import Noted
from codeflash_core.records.runs import RunState


class Sending:
    """A source that sends the file away."""

    name = "sending"

    def __init__(self, inner, problem: Exception | None = None) -> None:
        self.inner = inner
        self.problem = problem
        self.asked = 0

    def sends(self, question) -> str:
        return f"sends {question.target.path} away"

    async def propose(self, question):
        self.asked += 1
        if self.problem:
            raise self.problem
        return await self.inner.propose(question)


def _notes(search) -> list[str]:
    return [event.message for event in search.events if isinstance(event, Noted)]


async def test_what_is_sent_is_said_and_recorded_before_it_is_sent(trial, edits) -> None:
    search = trial(sources=[Sending(edits(["a gain=1.5"]))], rounds=1)
    await search.run()
    assert _notes(search) == ["sends m.py away"]
    steps = [json.loads(line) for line in search.journal.read_text().splitlines()]
    steps = [entry for entry in steps if entry["kind"] == "step"]
    names = [entry["name"] for entry in steps]
    told = next(number for number, name in enumerate(names) if name.startswith("send:"))
    assert names[told + 1].startswith("propose:")
    assert "sends m.py away" in json.dumps(steps[told])


async def test_a_resumed_run_sends_nothing_again(trial, edits) -> None:
    source = Sending(edits(["a gain=1.5"]))
    search = trial(sources=[source], rounds=1)
    await search.run()
    search.events.clear()
    await search.run()
    assert source.asked == 1
    assert _notes(search) == []


async def test_a_service_that_is_away_leaves_the_other_sources(trial, edits) -> None:
    away = Sending(edits([]), ServiceError("the AI service can't be reached"))
    search = trial(sources=[away, edits(["a gain=1.5"], name="second")], rounds=1)
    result = await search.run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert "sending proposes nothing: the AI service can't be reached" in _notes(search)


async def test_a_service_that_is_away_and_alone_ends_the_run(trial, edits) -> None:
    search = trial(sources=[Sending(edits([]), ServiceError("away"))])
    with pytest.raises(ServiceError):
        await search.run()
    assert how_ended(ServiceError("away")) is RunState.INTERRUPTED


async def test_a_request_that_can_t_be_served_is_no_reason_to_end(trial, edits) -> None:
    search = trial(sources=[Sending(edits([]), ServiceError("no", status=422))])
    result = await search.run()
    assert result.decision.word is not DecisionWord.ACCEPTED
    assert "sending proposes nothing: no" in _notes(search)
