"""Answers that an edit overtakes while they are made."""

import asyncio
import threading

import pytest
from lsprotocol import types

from codeflash_lsp.door import NotOpen, Overtaken
from codeflash_lsp.session import Session

URI = "untitled:one"


@pytest.fixture
def session(ordering):
    made = Session()
    made.documents.open(types.TextDocumentItem(URI, "python", 1, ordering))
    return made


@pytest.fixture
def slow(session, monkeypatch):
    """Looking at a text waits until a test lets it go on; tells what was looked at."""
    go_on, looked, look = threading.Event(), [], session._analyst.look

    def slowly(text):
        looked.append(text)
        go_on.wait(30)
        return look(text)

    monkeypatch.setattr(session._analyst, "look", slowly)
    yield go_on, looked
    go_on.set()


def typed(session, text, version):
    session.documents.change(URI, version, [types.TextDocumentContentChangeWholeDocument(text=text)])


async def test_an_answer_about_the_text_before_is_not_given(session, slow) -> None:
    go_on, _ = slow
    asked = asyncio.ensure_future(session.snapshot(URI))
    await asyncio.sleep(0.05)
    typed(session, "x = 1\n", 2)
    go_on.set()
    with pytest.raises(Overtaken):
        await asked


async def test_what_is_about_no_place_is_answered_of_the_newest_text(session, slow) -> None:
    go_on, _ = slow
    asked = asyncio.ensure_future(session.newest(URI))
    await asyncio.sleep(0.05)
    typed(session, "x = 1\n", 2)
    go_on.set()
    assert (await asked).document.version == 2


async def test_a_document_that_was_closed_meanwhile_is_not_open(session, slow) -> None:
    go_on, _ = slow
    asked = asyncio.ensure_future(session.snapshot(URI))
    await asyncio.sleep(0.05)
    session.documents.close(URI)
    go_on.set()
    with pytest.raises(NotOpen):
        await asked


async def test_texts_that_were_replaced_are_not_looked_at(session, slow) -> None:
    go_on, looked = slow
    waiting = []
    for version in range(2, 30):
        waiting.append(asyncio.ensure_future(session.snapshot(URI)))
        await asyncio.sleep(0.01)
        typed(session, f"x = {version}\n", version)
    last = asyncio.ensure_future(session.snapshot(URI))
    await asyncio.sleep(0.01)
    go_on.set()
    assert (await last).document.version == 29
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, Overtaken) for each in answers)
    assert len(looked) <= 2


async def test_a_request_that_is_cancelled_is_cancelled(session, slow) -> None:
    asked = asyncio.ensure_future(session.snapshot(URI))
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
