import contextlib
import json
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.model.decision import Decision, DecisionWord, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline import session
from codeflash_core.pipeline.assembly import Workshop
from codeflash_core.pipeline.events import Noted
from codeflash_core.pipeline.session import Request, open_session, read_report, words_of
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.language import Description
from codeflash_core.records.journal import Journal
from codeflash_core.records.runs import Runs
from codeflash_core.sandbox import Confinement, Mode, detect


class Language:
    def __init__(self, description: Description) -> None:
        self.description = description

    async def describe(self, _: Project) -> Description:
        return self.description


@pytest.fixture
def described(monkeypatch) -> list[Description]:
    """What the language says of itself in sessions opened from now on; the last one counts."""
    found = [Description({"version": "3.10.4"})]

    @contextlib.asynccontextmanager
    async def workshop(*_):
        confinement: Confinement = evolve(detect(Mode.OFF), missing=("nothing at all",))
        yield Workshop(Language(found[-1]), None, confinement, masked=(".env",))

    monkeypatch.setattr(session, "open_workshop", workshop)
    return found


@pytest.fixture
def request_for(tmp_path):
    """``request_for(resume="last")`` asks for a run in one project and one state folder."""

    def make(project: str = "shop", **more) -> Request:
        root = tmp_path / project
        root.mkdir(exist_ok=True)
        return Request(
            Project(root, "fake", Path("/nowhere")),
            Workload("tests"),
            SearchSettings(seed=7),
            words=("optimize", "a file.py::f"),
            version="1.2.3",
            sources=(),
            state=tmp_path / "state",
            **more,
        )

    return make


def report(identity) -> RunReport:
    results = (TargetResult("m.py::f", Decision(DecisionWord.REJECTED, ("no source proposed a change",))),)
    return RunReport(
        identity.run,
        "shop",
        identity.command,
        identity.started,
        1.5,
        identity.version,
        7,
        results,
        notes=("ä",),
    )


def ignore(_) -> None:
    pass


async def number(value: int) -> int:
    return value


async def test_a_run_begins_with_a_header_that_says_how_to_repeat_it(
    described, request_for, tmp_path
) -> None:
    async with open_session(request_for(), ignore) as opened:
        (header,) = map(json.loads, (opened.folder / "journal.jsonl").read_text().splitlines())
        assert opened.engine.python == (3, 10)
        assert opened.identity.command == "codeflash optimize 'a file.py::f'"
        assert opened.identity.notes == ("masked in the sandbox: .env",)
    assert header["kind"] == "header"
    assert header["project"] == str(tmp_path / "shop")
    assert (header["run"], header["seed"], header["version"]) == (opened.folder.name, 7, "1.2.3")
    assert words_of(opened.folder) == (("optimize", "a file.py::f"), str(Path.cwd()))


async def test_what_is_not_confined_is_said(described, request_for) -> None:
    said: list[object] = []
    async with open_session(request_for(), said.append):
        pass
    assert said == [Noted("not confined: nothing at all")]


async def test_a_report_is_read_back_as_it_was_made(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        made = report(opened.identity)
        document = opened.finish(made)
    assert read_report(opened.folder) == made
    (summary,) = Runs(opened.folder.parent.parent).list()
    assert summary.finished
    assert summary.report == document


async def test_a_run_that_has_not_ended_has_no_report(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        pass
    assert read_report(opened.folder) is None


async def test_an_interrupted_run_goes_on_where_it_was(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        assert await opened.engine.steps.once("s", int, lambda: number(1)) == 1
    async with open_session(request_for(resume=opened.folder.name), ignore) as again:
        assert again.folder == opened.folder
        assert again.identity.started == opened.identity.started
        assert await again.engine.steps.once("s", int, lambda: number(2)) == 1
        assert await again.engine.steps.once("t", int, lambda: number(2)) == 2
    kinds = [json.loads(line)["kind"] for line in (opened.folder / "journal.jsonl").read_text().splitlines()]
    assert kinds == ["header", "step", "step"]


async def test_a_finished_run_can_be_opened_again(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        await opened.engine.steps.once("s", int, lambda: number(1))
        opened.finish(report(opened.identity))
    async with open_session(request_for(resume="last"), ignore) as again:
        assert await again.engine.steps.once("s", int, lambda: number(2)) == 1
        again.finish(report(again.identity))
    assert read_report(opened.folder) == report(opened.identity)


async def test_a_run_of_another_project_is_not_taken_up(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        pass
    before = (opened.folder / "journal.jsonl").read_bytes()
    with pytest.raises(UsageError, match="worked on another project"):
        async with open_session(request_for("other", resume="last"), ignore):
            pass
    assert (opened.folder / "journal.jsonl").read_bytes() == before


async def test_a_run_in_use_is_not_taken_up(described, request_for) -> None:
    async with open_session(request_for(), ignore):
        with pytest.raises(UsageError, match="in use by another process"):
            async with open_session(request_for(resume="last"), ignore):
                pass


async def test_a_run_that_does_not_exist_is_not_taken_up(described, request_for) -> None:
    with pytest.raises(UsageError, match="no such run"):
        async with open_session(request_for(resume="last"), ignore):
            pass


async def test_a_project_that_can_t_be_run_is_refused_with_all_that_is_missing(
    described, request_for
) -> None:
    described.append(Description(problems=("no pytest", "Install it.")))
    with pytest.raises(UsageError) as caught:
        async with open_session(request_for(), ignore):
            pass
    assert (caught.value.message, caught.value.hint) == ("no pytest", "Install it.")


@pytest.mark.parametrize("version", ["", "3", "three.ten"])
async def test_an_odd_version_of_the_interpreter_is_no_obstacle(described, request_for, version) -> None:
    described.append(Description({"version": version}))
    async with open_session(request_for(), ignore) as opened:
        assert opened.engine.python == (3, 11)


def test_words_are_only_had_of_a_run_that_began(tmp_path) -> None:
    with Journal(tmp_path / "journal.jsonl"):
        pass
    with pytest.raises(UsageError, match="no beginning"):
        words_of(tmp_path)
