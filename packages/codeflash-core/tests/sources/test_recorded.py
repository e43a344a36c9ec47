from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.sources import Answer, Outgoing, Question, Step, is_paid
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.fingerprint import Fingerprint
from codeflash_core.records.journal import Journal
from codeflash_core.records.runs import JOURNAL
from codeflash_core.sources.recorded import recorded_sources

TARGET = Target("m.py", "f", "m", file_sha256="0" * 64)
MADE = Candidate("abc", "service:gpt", {"m.py": "x = 1\n"}, cost=Cost(1.0, 1, 0.5))
QUESTION = Question(
    Project(Path("/p"), "python", Path("/python")), TARGET, {"m.py": "x = 2\n"}, Corpus(TARGET.id)
)


def _record(folder: Path, answers: dict[str, Answer], sent: tuple[str, ...] = ("service",)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    converter = make_converter(BlobStore(folder / "blobs"))
    with Journal(folder / JOURNAL) as journal:
        journal.append("header", {"run": folder.name, "arguments": ["optimize", TARGET.id]})
        targets = converter.unstructure((TARGET,), tuple[Target, ...])
        journal.append("step", {"name": "discover", "value": targets})
        for name in sent:
            journal.append("step", {"name": f"send:{TARGET.id}:{name}:", "value": "sends"})
        for name, answer in answers.items():
            value = converter.unstructure(answer, Answer)
            journal.append("step", {"name": name, "value": value, "seconds": 1.0})
        journal.append("end", {"how": "done"})
    return folder


@pytest.fixture
def recording(tmp_path) -> Path:
    answers = {
        f"propose:{TARGET.id}:service:": Answer((MADE,), cost=Cost(1.0, 1, 0.5)),
        f"repair:{TARGET.id}:service:abc": Answer(problem="the model declined"),
        f"propose:{TARGET.id}:agent:claude:": Answer(),
    }
    return _record(tmp_path / "runs" / "20260101-000000-0001", answers)


async def test_each_source_of_the_run_answers_what_it_answered(recording) -> None:
    service, agent = recorded_sources(str(recording))
    assert (service.name, agent.name) == ("service", "agent:claude")
    answer = await service.ask(QUESTION)
    assert (answer.candidates, answer.cost, answer.replayed) == ((MADE,), Cost(1.0, 1, 0.5), True)
    assert await agent.propose(QUESTION) == ()


async def test_a_failure_of_then_is_one_again(recording) -> None:
    service, _ = recorded_sources(str(recording / JOURNAL))
    about = (Attempt(MADE, "", Decision(DecisionWord.REJECTED)),)
    answer = await service.ask(evolve(QUESTION, step=Step.REPAIR, about=about))
    assert answer.replayed
    assert answer.problem == f"in run {recording.name}: the model declined"


async def test_a_question_that_was_not_asked_has_no_answer_and_says_so(recording) -> None:
    service, _ = recorded_sources(str(recording))
    answer = await service.ask(evolve(QUESTION, parent=MADE))
    assert answer == Answer(
        problem=f"the recording of run {recording.name} has no answer to propose on candidate abc"
    )


async def test_answers_about_another_version_of_the_file_are_not_taken(recording) -> None:
    service, _ = recorded_sources(str(recording))
    answer = await service.ask(evolve(QUESTION, target=evolve(TARGET, file_sha256="1" * 64)))
    assert not answer.candidates
    assert "is of another version of m.py" in answer.problem


async def test_a_change_of_another_file_that_is_not_as_it_was_is_not_taken(tmp_path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "other.py").write_text("y = 1\n")
    made = evolve(MADE, files={**MADE.files, "other.py": "y = 2\n", "new.py": "z = 3\n"})
    folder = _record(tmp_path / "runs" / "1", {f"propose:{TARGET.id}:agent:claude:": Answer((made,))}, ())
    files = {"other.py": f"file - {hashlib.sha256(b'y = 1' + os.linesep.encode()).hexdigest()}"}
    with Journal(folder / JOURNAL) as journal:
        journal.append("inputs", Fingerprint(files).record(BlobStore(folder / "blobs")))
    (agent,) = recorded_sources(str(folder))
    asked = evolve(QUESTION, project=evolve(QUESTION.project, root=root))
    assert (await agent.ask(asked)).candidates == (made,)
    (root / "new.py").touch()
    assert "changes another version of new.py" in (await agent.ask(asked)).problem
    (root / "new.py").unlink()
    (root / "other.py").write_text("y = 9\n")
    answer = await agent.ask(asked)
    assert (answer.candidates, answer.replayed) == ((), False)
    assert "changes another version of other.py" in answer.problem


def test_it_costs_attention_as_its_original_did_and_sends_nothing(recording) -> None:
    service, agent = recorded_sources(str(recording))
    assert not isinstance(service, Outgoing)
    assert is_paid(service)
    assert not is_paid(agent)


def test_the_last_run_is_the_one_before_this_one(tmp_path, recording) -> None:
    _record(tmp_path / "runs" / "20260101-000000-0002", {})
    (service, _) = recorded_sources("last", tmp_path, "20260101-000000-0002")
    assert service.name == "service"
    with pytest.raises(UsageError, match="no earlier run"):
        recorded_sources("last", tmp_path, recording.name)


@pytest.mark.parametrize(("run", "message"), [("", "is not told"), ("nobody", "no such run")])
def test_a_run_that_is_not_there_is_refused(tmp_path, run, message) -> None:
    with pytest.raises(UsageError, match=message):
        recorded_sources(run, tmp_path)


def test_a_run_without_answers_is_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="recorded no answer"):
        recorded_sources(str(_record(tmp_path / "empty", {}, ())))


def test_answers_that_can_t_be_read_are_refused_with_a_sentence(tmp_path) -> None:
    folder = _record(tmp_path / "bad", {})
    with Journal(folder / JOURNAL) as journal:
        journal.append("step", {"name": f"propose:{TARGET.id}:service:", "value": {"candidates": 7}})
    with pytest.raises(UsageError, match="can't be read"):
        recorded_sources(str(folder))
