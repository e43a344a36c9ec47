"""How a run that a command began is told to have ended, whatever happened to its document meanwhile."""

import asyncio
import threading

import pytest
from lsprotocol import types

from codeflash_core.errors import UsageError
from codeflash_lsp.door import Stopped
from codeflash_lsp.requests import execute_command, optimize
from codeflash_lsp.requests.arguments import Place
from codeflash_lsp.requests.optimize import Asked, begun, carried_out
from codeflash_lsp.runs.engine_thread import EngineThread
from codeflash_lsp.session import Session


class Editor:
    """An editor that hears what it is told."""

    def __init__(self) -> None:
        self.said, self.finished, self.reported = [], [], []
        self.token = None

    def say(self, message, kind=None) -> None:
        self.said.append(message)

    def refuse(self, problem) -> None:
        self.said.append(problem.message)

    def notify(self, method, params) -> None:
        self.finished.append(params)

    async def progress(self, token, title):
        return self

    def report(self, message) -> None:
        self.reported.append(message)

    def end(self, message) -> None:
        self.reported.append(message)

    def refresh(self) -> None:
        pass


@pytest.fixture
def running(shop, ordering, known, monkeypatch):
    """``running(meanwhile)``: a run that a command began and that proves a version, while something else happens."""

    async def run(meanwhile):
        session, editor, tasks = Session(), Editor(), set()
        uri = shop.ordering.as_uri()
        session.documents.open(types.TextDocumentItem(uri, "python", 1, ordering))

        async def proves(session, client, engine, begun):
            meanwhile(session, uri)
            found = known(root=shop.root)
            await session.learn(found)
            session.runs.end(begun.run)
            return found

        monkeypatch.setattr(execute_command, "carried_out", proves)
        await execute_command.start(session, editor, None, Place(uri, "distinct"), tasks)
        for task in list(tasks):
            await task
        return editor

    return run


def typed(session, uri) -> None:
    held = session.documents.get(uri).held.replace("seen = []", "seen = list()")
    session.documents.change(uri, 2, [types.TextDocumentContentChangeWholeDocument(text=held)])


async def test_a_proof_that_holds_is_told_with_what_to_do(running) -> None:
    editor = await running(lambda session, uri: None)
    assert editor.said[-1].endswith("Apply it by its lens or a code action.")
    assert editor.finished[-1]["decision"] == "accepted"
    assert editor.finished[-1]["stale"] is None


async def test_a_proof_of_a_text_that_was_edited_late_is_told_as_such(running) -> None:
    editor = await running(typed)
    assert "Apply it" not in editor.said[-1]
    assert "Of an older text: distinct was edited" in editor.said[-1]
    assert editor.finished[-1]["stale"] == "distinct was edited"


async def test_a_document_that_was_closed_has_nothing_to_apply_to(running) -> None:
    editor = await running(lambda session, uri: session.close(uri))
    assert "Apply it" not in editor.said[-1]
    assert editor.finished[-1]["stale"] == "the document was closed"


async def test_a_bug_ends_a_run_for_everybody(running) -> None:
    def fails(session, uri) -> None:
        raise KeyError("x")

    editor = await running(fails)
    assert "a bug of ours" in editor.finished[-1]["message"]
    assert editor.finished[-1]["decision"] is None


async def test_a_second_start_ends_nothing(shop, ordering, monkeypatch) -> None:
    session, editor, tasks = Session(), Editor(), set()
    place = Place(shop.ordering.as_uri(), "distinct")
    session.documents.open(types.TextDocumentItem(place.uri, "python", 1, ordering))

    async def waits(session, client, engine, begun):
        await asyncio.Event().wait()

    monkeypatch.setattr(execute_command, "carried_out", waits)
    await execute_command.start(session, editor, None, place, tasks)
    with pytest.raises(UsageError, match="being optimized already"):
        await execute_command.start(session, editor, None, place, tasks)
    (task,) = tasks
    assert editor.finished == []
    task.cancel()
    await asyncio.wait([task])


async def test_closing_a_document_stops_its_runs(shop, ordering) -> None:
    session, uri = Session(), shop.ordering.as_uri()
    document = session.documents.open(types.TextDocumentItem(uri, "python", 1, ordering))
    run = session.runs.begin(document, "distinct")
    session.close(uri)
    assert (run.why, run.by_edit) == ("its document was closed", False)


@pytest.fixture
def at_work(shop, ordering, monkeypatch, waiting):
    """``at_work(function, …)``: runs of an engine that cleans up until it is let go."""
    begins, let_go, engine = threading.Event(), threading.Event(), EngineThread()

    async def never_ends(works, prepared, report):
        begins.set()
        try:
            await asyncio.Event().wait()
        finally:
            while not let_go.is_set():  # noqa: ASYNC110 - a test sets it from another thread
                await asyncio.sleep(0.01)

    monkeypatch.setattr(optimize, "prepare", lambda *_: None)
    monkeypatch.setattr(optimize, "optimize", never_ends)

    async def run(*functions):
        session, editor, uri = Session(), Editor(), shop.ordering.as_uri()
        session.documents.open(types.TextDocumentItem(uri, "python", 1, ordering))
        tasks = []
        for function in functions:
            taken_up = await begun(session, Asked(uri, function))
            tasks.append(asyncio.create_task(carried_out(session, editor, engine, taken_up)))
            await waiting(begins.is_set)
        return session, editor, uri, tasks

    yield run, let_go
    let_go.set()
    engine.close()


async def test_a_stopped_run_is_under_way_until_it_has_cleaned_up(at_work, ordering) -> None:
    run, let_go = at_work
    session, editor, uri, (task,) = await run("distinct")
    session.close(uri)
    await asyncio.sleep(0.05)
    assert session.runs.functions(uri) == {"distinct"}
    session.documents.open(types.TextDocumentItem(uri, "python", 1, ordering))
    with pytest.raises(UsageError, match="still being stopped"):
        await begun(session, Asked(uri, "distinct"))
    let_go.set()
    with pytest.raises(Stopped, match="its document was closed"):
        await task
    assert editor.reported == ["distinct: stopped, its document was closed"]
    assert session.runs.functions(uri) == frozenset()


async def test_a_run_that_waits_for_another_says_so(at_work, waiting) -> None:
    run, let_go = at_work
    session, editor, uri, tasks = await run("distinct", "total")
    await waiting(lambda: editor.reported == ["waiting for the end of another run"])
    assert session.runs.functions(uri) == {"distinct", "total"}
    session.runs.stop()
    let_go.set()
    for task in tasks:
        with pytest.raises(Stopped, match="the server is ending"):
            await task
