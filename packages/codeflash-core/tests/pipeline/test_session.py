import asyncio
import contextlib
import errno
import hashlib
import json
import os
import pickle
import shutil
import signal
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.deliveries.apply import ApplyDelivery
from codeflash_core.errors import DeliveryError, PrerequisiteError, StageError, UsageError
from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.decision import Decision, DecisionWord, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline import session
from codeflash_core.pipeline.assembly import Workshop
from codeflash_core.pipeline.events import Noted
from codeflash_core.pipeline.session import Request, open_session
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.pipeline.unfinished import finish_delivery
from codeflash_core.ports.language import Description
from codeflash_core.records.journal import Journal
from codeflash_core.records.reading import read_report, words_of
from codeflash_core.records.runs import Runs, RunState
from codeflash_core.sandbox import Confinement, Mode, detect


class Language:
    def __init__(self, description: Description) -> None:
        self.description = description

    async def describe(self, _: Project) -> Description:
        return self.description

    async def observe(self, *_) -> tuple[Corpus, ...]:
        return (self.corpus,)


@pytest.fixture
def copied() -> dict[str, str]:
    """What the private copies made from now on hold."""
    return {"src": "folder", "src/m.py": "file - aaaa", "tests/test_m.py": "file - bbbb"}


@pytest.fixture
def described(monkeypatch, copied) -> list[Description]:
    """What the language says of itself in sessions opened from now on; the last one counts."""
    found = [Description({"version": "3.10.4"})]

    @contextlib.asynccontextmanager
    async def workshop(*_):
        confinement: Confinement = evolve(detect(Mode.OFF), missing=("nothing at all",))
        yield Workshop(Language(found[-1]), None, confinement, (".env",), dict(copied))

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


def entries(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]


async def number(value: int) -> int:
    return value


async def test_a_run_begins_with_a_header_that_says_how_to_repeat_it(
    described, request_for, tmp_path
) -> None:
    async with open_session(request_for(), ignore) as opened:
        header, _ = entries(opened.folder)
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
    with pytest.raises(asyncio.CancelledError):
        async with open_session(request_for(), ignore) as opened:
            assert await opened.engine.steps.once("s", int, lambda: number(1)) == 1
            raise asyncio.CancelledError
    async with open_session(request_for(resume=opened.folder.name), ignore) as again:
        assert again.folder == opened.folder
        assert again.identity.started == opened.identity.started
        assert await again.engine.steps.once("s", int, lambda: number(2)) == 1
        assert await again.engine.steps.once("t", int, lambda: number(2)) == 2
    kinds = [entry["kind"] for entry in entries(opened.folder)]
    assert kinds == ["header", "inputs", "step", "end", "resumed", "step", "end"]


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


@pytest.fixture
def interrupted(described, request_for):
    """``await interrupted()`` is the folder of a run that was interrupted after one step."""

    async def run(**more) -> Path:
        with pytest.raises(asyncio.CancelledError):
            async with open_session(request_for(**more), ignore) as opened:
                await opened.engine.steps.once("s", int, lambda: number(1))
                raise asyncio.CancelledError
        return opened.folder

    return run


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"src/m.py": "file - cccc"}, "src/m.py changed"),
        ({"tests/test_m.py": "file x bbbb"}, "tests/test_m.py changed"),
        ({"tests/conftest.py": "file - dddd"}, "tests/conftest.py is new"),
        ({"tests/test_m.py": None}, "tests/test_m.py is gone"),
    ],
)
async def test_a_run_is_not_taken_up_when_a_file_of_the_project_changed(
    interrupted, request_for, copied, change, said
) -> None:
    folder = await interrupted()
    before = (folder / "journal.jsonl").read_bytes()
    kept = dict(copied)
    copied.update(change)
    for name in [name for name, entry in copied.items() if entry is None]:
        del copied[name]
    with pytest.raises(UsageError, match=said) as caught:
        async with open_session(request_for(resume=folder.name), ignore):
            pass
    assert "start a new run: codeflash optimize 'a file.py::f'" in caught.value.hint
    assert (folder / "journal.jsonl").read_bytes() == before
    copied.clear()
    copied.update(kept)
    async with open_session(request_for(resume=folder.name), ignore) as again:
        assert await again.engine.steps.once("s", int, lambda: number(2)) == 1


async def test_only_the_first_changes_are_named(interrupted, request_for, copied) -> None:
    folder = await interrupted()
    copied.update({f"src/new{number}.py": "file - eeee" for number in range(8)})
    with pytest.raises(UsageError, match=r"src/new4\.py is new and 3 more"):
        async with open_session(request_for(resume=folder.name), ignore):
            pass


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"settings": SearchSettings(seed=8)}, "the setting seed was 7, is 8"),
        ({"version": "1.2.4"}, "codeflash was 1.2.3, is 1.2.4"),
        ({"workload": Workload("script", ("w.py",), text="x")}, "the workload was tests, is script w.py"),
        ({"reads": {"the candidate": "abc"}}, "the candidate was not set, is abc"),
        ({"pass_through": ("TOKEN",)}, "the variables let through was not set, is TOKEN"),
    ],
)
async def test_a_run_is_not_taken_up_for_another_request(interrupted, request_for, more, said) -> None:
    folder = await interrupted()
    with pytest.raises(UsageError, match=said):
        async with open_session(evolve(request_for(resume=folder.name), **more), ignore):
            pass


async def test_a_run_is_not_taken_up_with_another_interpreter(interrupted, request_for, described) -> None:
    folder = await interrupted()
    described.append(Description({"version": "3.12.1"}))
    with pytest.raises(UsageError, match=r"the interpreter's version was 3\.10\.4, is 3\.12\.1"):
        async with open_session(request_for(resume=folder.name), ignore):
            pass


async def test_what_the_run_itself_writes_and_what_editors_leave_is_no_change(
    interrupted, request_for, copied
) -> None:
    folder = await interrupted(outputs=("report.html",))
    copied["report.html"] = "file - ffff"
    copied["patches/a.patch"] = "file - ffff"
    copied["src/.m.py.swp"] = "file - ffff"
    async with open_session(request_for(resume=folder.name, outputs=("patches",)), ignore) as again:
        assert again.folder == folder


@pytest.mark.parametrize(
    ("problem", "state"),
    [
        (UsageError("no such target"), RunState.REFUSED),
        (PrerequisiteError("no pytest"), RunState.REFUSED),
        (StageError("observe", "the tests can't be run"), RunState.FAILED),
        (DeliveryError("can't write"), RunState.FAILED),
        (ZeroDivisionError("ours"), RunState.FAILED),
        (asyncio.CancelledError(), RunState.INTERRUPTED),
        (KeyboardInterrupt(), RunState.INTERRUPTED),
        (StageError("record", "the disk is full"), RunState.INTERRUPTED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
async def test_how_a_run_ended_is_recorded(described, request_for, tmp_path, problem, state) -> None:
    with pytest.raises(type(problem)):
        async with open_session(request_for(), ignore):
            raise problem
    (summary,) = Runs(tmp_path / "state").list()
    assert summary.state is state
    assert summary.resumable is (state is RunState.INTERRUPTED)
    assert summary.message == getattr(problem, "message", type(problem).__name__)


FULL = OSError(errno.ENOSPC, "No space left on device")


def copying_failed() -> StageError:
    problem = StageError("sandbox", "The disk is full: no room for a private copy")
    problem.__cause__ = FULL
    return problem


@pytest.mark.parametrize(
    "problem",
    [
        FULL,
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        shutil.Error([("a.py", "b.py", "[Errno 28] No space left on device: 'b.py'")]),
        ExceptionGroup("two", [ValueError("other"), FULL]),
        copying_failed(),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_full_disk_wherever_it_is_met_is_a_sentence_and_only_interrupts(
    described, request_for, tmp_path, problem
) -> None:
    with pytest.raises(StageError, match="disk is full"):
        async with open_session(request_for(), ignore):
            raise problem
    assert Runs(tmp_path / "state").list()[0].state is RunState.INTERRUPTED


async def test_a_run_that_is_under_way_is_running_and_stays(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        runs = Runs(opened.folder.parent.parent)
        assert runs.list()[0].state is RunState.RUNNING
        with pytest.raises(UsageError, match="under way"):
            runs.remove(opened.folder)
        with pytest.raises(UsageError, match="in use"):
            runs.find_resumable(opened.folder.name)


async def test_a_run_without_a_report_is_done_when_it_ends_in_peace(described, request_for) -> None:
    async with open_session(request_for(), ignore) as opened:
        pass
    assert Runs(opened.folder.parent.parent).list()[0].state is RunState.DONE


async def test_values_let_through_are_in_no_record(described, request_for, monkeypatch) -> None:
    value = "correct horse 'battery'"
    monkeypatch.setenv("TOKEN", value)
    said: list[object] = []
    with pytest.raises(StageError, match="<TOKEN>"):
        async with open_session(request_for(pass_through=("TOKEN", "ABSENT")), said.append) as opened:
            corpus = Corpus(
                "m.py::f",
                calls=(
                    Call("a", pickle.dumps(["x", value]), Grade.TEST),
                    Call("b", pickle.dumps("y"), Grade.TEST),
                ),
                failing_tests={"t": f"no access with {value!r}"},
            )
            opened.engine.language._language.corpus = corpus
            (kept,) = await opened.engine.steps.once(
                "observe",
                tuple[Corpus, ...],
                lambda: opened.engine.language.observe(None, (), Workload("tests"), 0),
            )
            assert [call.id for call in kept.calls] == ["b"]
            assert "1 inputs that hold the value" in kept.notes[0]
            opened.engine.emit(Noted(f"with {value}"))
            shown = opened.conclude(evolve(report(opened.identity), notes=(f"saw {value!r}",)))
            assert shown.notes == ('saw "<TOKEN>"',)
            opened.finish(shown)
            raise StageError("check", f"can't use {value}")
    assert said[-1] == Noted("with <TOKEN>")
    for path in opened.folder.rglob("*"):
        assert not path.is_file() or b"battery" not in path.read_bytes(), path


async def test_the_temporary_files_of_a_killed_delivery_are_removed_at_the_next_start(
    described, request_for, tmp_path
) -> None:
    async with open_session(request_for(), ignore) as opened:
        pass
    draft = tmp_path / "shop" / ".m.py.codeflash-1"
    draft.write_text("half")
    intent = {"root": str(tmp_path / "shop"), "files": {}, "measured": {}, "drafts": [str(draft)]}
    (opened.folder / "apply.json").write_text(json.dumps(intent))
    async with open_session(request_for(), ignore):
        assert not draft.exists()


@pytest.mark.parametrize("killed_after", ["nothing", "one file"])
async def test_a_killed_delivery_is_finished_from_the_record(
    described, request_for, tmp_path, killed_after
) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    files = {"a.py": b"old a\n", "b.py": b"old b\n"}
    for name, content in files.items():
        (root / name).write_bytes(content)
    measured = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    new = {"a.py": b"new a\n", "b.py": b"new b\n"}
    async with open_session(request_for(), ignore) as opened:
        made = opened.conclude(report(opened.identity))
        delivery = ApplyDelivery(opened.folder / "apply.json", measured)
        delivery.deliver(opened.engine.project, made.results, Side.of(new))
    (root / "b.py").write_bytes(files["b.py"])
    if killed_after == "nothing":
        (root / "a.py").write_bytes(files["a.py"])
    again, delivered = finish_delivery(opened.folder)
    assert again == made
    assert delivered.paths == (root / "a.py", root / "b.py")
    assert {name: (root / name).read_bytes() for name in new} == new
    assert not (opened.folder / "apply.json").exists()
    assert read_report(opened.folder) == made
    with pytest.raises(UsageError, match="no record of its delivery"):
        finish_delivery(opened.folder)


async def test_values_let_through_are_not_in_the_words_of_a_bug(described, request_for, monkeypatch) -> None:
    monkeypatch.setenv("TOKEN", "correct-horse")
    with pytest.raises(ZeroDivisionError, match="<TOKEN> by 0"):
        async with open_session(request_for(pass_through=("TOKEN",)), ignore):
            raise ZeroDivisionError("correct-horse by 0")


async def test_an_interruption_is_one_although_a_program_of_ours_failed_by_it_first(
    described, request_for, tmp_path
) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        with pytest.raises(asyncio.CancelledError):
            async with open_session(request_for(), ignore):
                os.kill(os.getpid(), signal.SIGINT)
                raise PrerequisiteError("the interpreter does not work")
    finally:
        task.uncancel()
        loop.remove_signal_handler(signal.SIGINT)
    assert Runs(tmp_path / "state").list()[0].state is RunState.INTERRUPTED
