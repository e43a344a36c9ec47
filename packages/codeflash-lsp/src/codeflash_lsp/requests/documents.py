"""What happens when documents and notebooks are opened, changed, saved and closed."""

from __future__ import annotations

import asyncio
import logging

from lsprotocol import types

from codeflash_lsp.client import Client
from codeflash_lsp.door import NotOpen, Overtaken
from codeflash_lsp.requests.diagnostics import diagnostics
from codeflash_lsp.session import Session

_log = logging.getLogger(__name__)


class Watching:
    """Looks at documents a moment after they were changed, and never twice at once."""

    def __init__(self, session: Session, client: Client) -> None:
        self._session, self._client = session, client
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def soon(self, uri: str) -> None:
        """Look at a document when nothing was typed for a moment."""
        self.forget(uri)
        self._waiting[uri] = asyncio.get_running_loop().create_task(self._later(uri))

    def all_soon(self) -> None:
        """Look at every document: something that all of them show has changed."""
        for document in self._session.documents:
            self.soon(document.uri)

    def forget(self, uri: str) -> None:
        """Look at it no more."""
        task = self._waiting.pop(uri, None)
        if task is not None:
            task.cancel()

    async def _later(self, uri: str) -> None:
        document = self._session.documents.get(uri)
        if document is None:
            return
        path = await asyncio.to_thread(lambda: document.path)
        await asyncio.sleep(self._session.settings_for(path).delay / 1000)
        try:
            await self._session.runs.edited(document)
            await self._show(uri)
        except (NotOpen, Overtaken):
            return  # it is looked at again, or nobody sees it any more
        except Exception:  # noqa: BLE001 - the door of a task that nobody waits for
            _log.exception("a bug of ours while looking at %s", uri)

    async def _show(self, uri: str) -> None:
        snapshot = await self._session.snapshot(uri)
        if self._client.pulls_diagnostics:
            return
        held = self._session.documents.get(uri)
        if held is not None and held.version == snapshot.document.version:
            self._client.publish(uri, diagnostics(snapshot), held.version)


def opened(session: Session, watching: Watching, item: types.TextDocumentItem, notebook: str = "") -> None:
    """A document, or a cell of a notebook, was opened."""
    session.documents.open(item, notebook)
    watching.soon(item.uri)


def closed(session: Session, client: Client, watching: Watching, uri: str) -> None:
    """A document was closed: nothing is shown of it any more."""
    watching.forget(uri)
    session.close(uri)
    if not client.pulls_diagnostics:
        client.publish(uri, [])


def notebook_changed(
    session: Session, client: Client, watching: Watching, params: types.DidChangeNotebookDocumentParams
) -> None:
    """Cells of a notebook were added, removed or edited."""
    cells = params.change.cells
    if cells is None:
        return
    if cells.structure is not None:
        for item in cells.structure.did_open or ():
            opened(session, watching, item, params.notebook_document.uri)
        for gone in cells.structure.did_close or ():
            closed(session, client, watching, gone.uri)
    for edited in cells.text_content or ():
        document = edited.document
        if session.documents.change(document.uri, document.version, edited.changes) is not None:
            watching.soon(document.uri)
