"""Names of jobs, and how often a connection that stays broken is tried."""

import pytest
from attrs import evolve

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.runners.connection import ConnectionLost, Said, failure
from codeflash_core.runners.destination import Destination
from codeflash_core.runners.jobs import Job, Patience, RemoteRun

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

    async def stream(self, script, action, *words, agent):
        self.asked.append(f"{action} from {words[-1]}{' with keys' if agent else ''}")
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
    ended = await RemoteRun(scripted, JOB, heard.append, AT_ONCE).run(None)
    assert (ended.status, ended.out, ended.version) == (0, b"{}", "codeflash 1")
    told = [each.message for each in heard if each.stage == "measure"]
    assert told == ["one", "two"]
    assert scripted.asked[:4] == ["look", "follow from 0", "look", "follow from 13"]


async def test_a_result_that_came_in_part_is_fetched_again(tmp_path) -> None:
    scripted = Scripted(look="state finished", stream=[[]], fetch=["0 9\n{}", "0 2\n{}"])
    patient = Patience(first=0.0, most=0.0, total=1.0)
    assert (await RemoteRun(scripted, JOB, lambda event: None, patient).run(None)).out == b"{}"
    assert scripted.asked.count("fetch") == 2


async def test_patience_has_an_end_and_the_job_may_still_be_there() -> None:
    lost = ConnectionLost("no connection")
    scripted = Scripted(look=["state running", lost], stream=[[lost]])
    heard = []
    runner = RemoteRun(scripted, JOB, heard.append, Patience(first=0.001, most=0.002, total=0.006))
    with pytest.raises(ConnectionLost):
        await runner.run(None)
    assert runner.begun
    # 0.001 + 0.002 + 0.002 + 0.002 seconds of pauses, and a last try.
    assert scripted.asked.count("look") == 1 + 5


async def test_what_is_lost_before_anything_began_is_told_at_once() -> None:
    scripted = Scripted(look=ConnectionLost("no connection"))
    runner = RemoteRun(scripted, JOB, lambda event: None)
    with pytest.raises(ConnectionLost):
        await runner.run(None)
    assert scripted.asked == ["look"]
    assert not runner.begun


async def test_streams_that_end_at_once_are_asked_for_more_and_more_slowly(monkeypatch) -> None:
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    monkeypatch.setattr("codeflash_core.runners.jobs.asyncio.sleep", sleep)
    scripted = Scripted(
        look=[*["state running"] * 6, "state finished"],
        stream=[[], [], [], [], [b"measure  one\n"], []],
        fetch="0 2\n{}",
    )
    await RemoteRun(scripted, JOB, lambda event: None, Patience(first=1.0, most=3.0)).run(None)
    assert pauses == [1.0, 2.0, 3.0, 3.0, 0.0]


async def test_a_name_that_is_not_found_for_a_while_does_not_end_a_job() -> None:
    lost = failure(Destination("bench"), "ssh: Could not resolve hostname bench: Name or service not known")
    scripted = Scripted(
        look=["state running", lost, lost, "state finished"], stream=[[lost]], fetch=[lost, "0 2\n{}"]
    )
    patient = Patience(first=0.0, most=0.0, total=1.0)
    assert (await RemoteRun(scripted, JOB, lambda event: None, patient).run(None)).out == b"{}"


@pytest.mark.parametrize(
    ("setup", "settled", "lent"),
    [("", False, False), ("make", False, True), ("make", True, False)],
    ids=["no setup", "a setup", "a setup that is over"],
)
async def test_keys_are_lent_to_a_setup_until_it_is_over(setup, settled, lent) -> None:
    scripted = Scripted(
        look=[
            "state running\nsettled" if settled else "state running",
            "state running\nsettled",
            "state finished\nsettled",
        ],
        stream=[[b"setup    make\nset", b"up    done\n", b"runner   x\n"], [b"measure  y\n"]],
        fetch="0 2\n{}",
    )
    heard = []
    await RemoteRun(scripted, evolve(JOB, setup=setup), heard.append, AT_ONCE).run(None)
    follows = [each for each in scripted.asked if each.startswith("follow")]
    assert follows == (
        ["follow from 0 with keys", "follow from 28"] if lent else ["follow from 0", "follow from 39"]
    )
    # The connection with the keys is left at the line that says so.
    assert ("x" in [each.message for each in heard]) is not lent


@pytest.mark.parametrize("state", ["absent", "dead"])
async def test_no_job_is_started_under_another_version(state) -> None:
    scripted = Scripted(look=f"version codeflash 1\nstate {state}")
    with pytest.raises(PrerequisiteError, match="there is codeflash 1 on bench, and codeflash 2 here"):
        await RemoteRun(scripted, JOB, lambda event: None).run(None, "codeflash 2")
    assert scripted.asked == ["look"]


async def test_a_result_of_another_version_is_fetched_all_the_same() -> None:
    scripted = Scripted(look="version codeflash 1\nstate finished", stream=[[]], fetch="0 2\n{}")
    assert (await RemoteRun(scripted, JOB, lambda event: None).run(None, "codeflash 2")).out == b"{}"


async def test_a_refusal_there_is_told_with_its_reason() -> None:
    scripted = Scripted(look="state absent", ready=1)
    with pytest.raises(StageError, match="bench: no repository can be made there: it went wrong"):
        await RemoteRun(scripted, JOB, lambda event: None).run(None)


async def test_a_job_that_somebody_took_away_is_told() -> None:
    scripted = Scripted(look=["state running", "state absent"], stream=[[]])
    with pytest.raises(StageError, match="somebody else fetched it"):
        await RemoteRun(scripted, JOB, lambda event: None).run(None)
