"""The runs that are under way for one editor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from attrs import define, field
from lsprotocol import types

from codeflash_core.errors import UsageError
from codeflash_lsp.texts.documents import Document
from codeflash_lsp.texts.edits import Touched, standing


@define(eq=False)
class Run:
    """One function that is being optimized.

    Attributes:
        document: Its file as the editor held it when the run began.
        function: Its dotted name.
        token: The progress that the client is shown, or None.
        why: Why it was stopped, or an empty string.
        by_edit: Whether an edit stopped it.
        work: What is being done; it ends when the engine has cleaned up. None before it begins.
    """

    document: Document
    function: str
    token: types.ProgressToken | None = None
    why: str = ""
    by_edit: bool = False
    work: asyncio.Task[Any] | None = field(default=None, repr=False)

    def stop(self, why: str, *, by_edit: bool = False) -> None:
        """Stop it; the engine cleans up by itself."""
        if self.why:
            return
        self.why, self.by_edit = why, by_edit
        if self.work is not None:
            self.work.cancel()


class UnderWay:
    """All of them; used by the editor's own event loop only."""

    def __init__(self) -> None:
        self._runs: list[Run] = []

    def begin(self, document: Document, function: str) -> Run:
        """Take up a run.

        Raises:
            UsageError: The function is being optimized already.
        """
        for each in self:
            if (each.document.uri, each.function) == (document.uri, function):
                if each.why:
                    raise UsageError(f"the last run of {function} is still being stopped", "Wait a moment.")
                raise UsageError(f"{function} is being optimized already", "Wait for it, or cancel it first.")
        run = Run(document, function)
        self._runs.append(run)
        return run

    def end(self, run: Run) -> None:
        """Forget a run, whose work has ended."""
        self._runs.remove(run)

    def functions(self, uri: str) -> frozenset[str]:
        """The functions of a document that are being optimized."""
        return frozenset(run.function for run in self if run.document.uri == uri)

    def __iter__(self) -> Iterator[Run]:
        return iter(tuple(self._runs))

    def cancel(self, token: types.ProgressToken) -> None:
        """Stop the run that a client cancels by its progress."""
        for run in self:
            if run.token == token:
                run.stop("it was cancelled")

    def closed(self, uri: str) -> None:
        """Stop the runs on a document that nobody has open any more."""
        for run in self:
            if run.document.uri == uri:
                run.stop("its document was closed")

    async def edited(self, document: Document) -> None:
        """Stop the runs that an edit leaves without meaning."""
        for run in self:
            if run.document.uri != document.uri or run.why:
                continue
            found = await asyncio.to_thread(standing, run.document.text, document.text, run.function)
            if isinstance(found, Touched):
                run.stop(found.what, by_edit=True)

    def stop(self) -> None:
        """Stop all of them."""
        for run in self:
            run.stop("the server is ending")
