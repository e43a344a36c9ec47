"""Names of jobs, and how often a connection that stays broken is tried."""

import pytest
from attrs import evolve

from codeflash_core.errors import StageError
from codeflash_core.runners.connection import ConnectionLost, Said
from codeflash_core.runners.destination import Destination
from codeflash_core.runners.jobs import Job, Patience, Runner

JOB = Job("shop", "", "a" * 40, "b" * 40, ("--memory",), client="laptop:shop")
AT_ONCE = Patience(first=0.0, most=0.0, total=0.0)


class Scripted:
    """A connection whose answers are written down: texts, exit statuses, or errors."""

    destination = Destination("bench")

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def run(self, script, action, *words):
        self.asked.append(action)
        answer = self.answers[action]
        answer = answer.pop(0) if isinstance(answer, list) and len(answer) > 1 else answer
        answer = answer[0] if isinstance(answer, list) else answer
        if isinstance(answer, Exception):
            raise answer
        return Said(0, answer.encode(), "") if isinstance(answer, str) else Said(answer, b"", "it went wrong")

    async def stream(self, script, action, *words):
        self.asked.append(f"{action} from {words[-1]}")
        chunk = self.answers["stream"].pop(0)
        for each in chunk:
            if isinstance(each, Exception):
                raise each
            yield each


def test_the_same_request_has_the_same_name_and_any_other_another() -> None:
    assert evolve(JOB, who="Ada").id == JOB.id
    others = [
        evolve(JOB, **{name: "x"})
        for name in ("project", "prefix", "base", "head", "setup", "python", "client")
    ]
    others.append(evolve(JOB, words=()))
    assert len({JOB.id, *(each.id for each in others)}) == len(others) + 1


async def test_a_line_cut_in_two_is_told_once_and_whole(tmp_path) -> None:
    lost = ConnectionLost("gone")
    scripted = Scripted(
        look=["version codeflash 1\nstate running", "state running", "state finished"],
        stream=[[b"measure  one\nmea", lost], [b"measure  two\n"]],
        fetch="0 2\n{}",
    )
    heard = []
    ended = await Runner(scripted, JOB, heard.append, AT_ONCE).run(None)
    assert (ended.status, ended.out, ended.version) == (0, b"{}", "codeflash 1")
    told = [each.message for each in heard if each.stage == "measure"]
    assert told == ["one", "two"]
    assert scripted.asked[:4] == ["look", "follow from 0", "look", "follow from 13"]


async def test_a_result_that_came_in_part_is_fetched_again(tmp_path) -> None:
    scripted = Scripted(look="state finished", stream=[[]], fetch=["0 9\n{}", "0 2\n{}"])
    patient = Patience(first=0.0, most=0.0, total=1.0)
    assert (await Runner(scripted, JOB, lambda event: None, patient).run(None)).out == b"{}"
    assert scripted.asked.count("fetch") == 2


async def test_patience_has_an_end_and_the_job_may_still_be_there() -> None:
    lost = ConnectionLost("no connection")
    scripted = Scripted(look=["state running", lost], stream=[[lost]])
    heard = []
    runner = Runner(scripted, JOB, heard.append, Patience(first=0.001, most=0.002, total=0.006))
    with pytest.raises(ConnectionLost):
        await runner.run(None)
    assert runner.begun
    # 0.001 + 0.002 + 0.002 + 0.002 seconds of pauses, and a last try.
    assert scripted.asked.count("look") == 1 + 5


async def test_what_is_lost_before_anything_began_is_told_at_once() -> None:
    scripted = Scripted(look=ConnectionLost("no connection"))
    runner = Runner(scripted, JOB, lambda event: None)
    with pytest.raises(ConnectionLost):
        await runner.run(None)
    assert scripted.asked == ["look"]
    assert not runner.begun


async def test_a_refusal_there_is_told_with_its_reason() -> None:
    scripted = Scripted(look="state absent", ready=1)
    with pytest.raises(StageError, match="bench: no repository can be made there: it went wrong"):
        await Runner(scripted, JOB, lambda event: None).run(None)


async def test_a_job_that_somebody_took_away_is_told() -> None:
    scripted = Scripted(look=["state running", "state absent"], stream=[[]])
    with pytest.raises(StageError, match="somebody else fetched it"):
        await Runner(scripted, JOB, lambda event: None).run(None)
