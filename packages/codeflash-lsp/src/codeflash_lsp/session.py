"""What one editor has open and what is known of it. Requests get snapshots of it, never the session itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attrs import evolve

from codeflash_core.pipeline.opening import backends
from codeflash_lsp.door import NotOpen, Overtaken
from codeflash_lsp.evidence.files import changed_around, held_files
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.evidence.recorded import Recorded, recorded
from codeflash_lsp.findings.analysis import Analysis, Analyst
from codeflash_lsp.runs.under_way import UnderWay
from codeflash_lsp.settings import EditorSettings
from codeflash_lsp.snapshot import Snapshot
from codeflash_lsp.texts.documents import Document, Documents
from codeflash_lsp.texts.edits import Touched, Unreadable, Untouched

MOST_TRIES = 8
"""How often a document is looked at anew because somebody typed meanwhile."""


class Session:
    """The state of one server; used by the editor's own event loop only."""

    def __init__(self) -> None:
        self.documents = Documents()
        self.runs = UnderWay()
        self.settings_at_start = EditorSettings()
        self.settings = EditorSettings()
        self.settings_of_folders: dict[Path, EditorSettings] = {}
        self.folders: dict[str, Path] = {}
        self._analyst = Analyst()
        # One at a time: several would only take the interpreter from each other, and from the editor.
        self._looking = ThreadPoolExecutor(1, "looking")
        self._analyses: dict[str, tuple[Document, asyncio.Future[Analysis]]] = {}
        self._records: dict[Path, asyncio.Future[Recorded]] = {}
        self._roots: dict[Path, Path] = {}

    def settings_for(self, path: Path | None) -> EditorSettings:
        """The settings that hold for a file: those of the innermost workspace folder around it, else those of all."""
        around = [folder for folder in self.settings_of_folders if path and path.is_relative_to(folder)]
        return (
            self.settings_of_folders[max(around, key=lambda each: len(each.parts))]
            if around
            else self.settings
        )

    def open_folder(self, uri: str, path: Path | None) -> None:
        """Take up a workspace folder; one that is no local folder is passed over.

        Args:
            uri: The folder, as the client names it.
            path: The same on this machine, or None.
        """
        if path is not None:
            self.folders[uri] = path

    def close_folder(self, uri: str) -> None:
        """Forget a workspace folder."""
        path = self.folders.pop(uri, None)
        if path is not None:
            self.settings_of_folders.pop(path, None)

    def document(self, uri: str) -> Document:
        """An open document.

        Raises:
            NotOpen: It is not open.
        """
        document = self.documents.get(uri)
        if document is None:
            raise NotOpen(f"the document is not open: {uri}", "Open it in the editor first.")
        return document

    def close(self, uri: str) -> None:
        """Forget a document."""
        self.documents.close(uri)
        self.runs.closed(uri)
        _, work = self._analyses.pop(uri, (None, None))
        if work is not None:
            work.cancel()

    async def snapshot(self, uri: str) -> Snapshot:
        """Everything there is to know of a document as it is when it is asked for.

        Raises:
            NotOpen: It is not open, or was closed meanwhile.
            Overtaken: It was edited meanwhile.
        """
        document = self.document(uri)
        found = await self._all_of(document)
        if self.document(uri) is not document:
            raise Overtaken(f"{uri} was edited meanwhile", "Ask again.")
        return found

    async def newest(self, uri: str) -> Snapshot:
        """The same for what is about no place in the text: an edit meanwhile is taken in.

        Raises:
            NotOpen: It is not open, or was closed meanwhile.
            Overtaken: It is edited all the time.
        """
        for _ in range(MOST_TRIES):
            with contextlib.suppress(Overtaken):
                return await self.snapshot(uri)
        return await self.snapshot(uri)

    async def _all_of(self, document: Document) -> Snapshot:
        analysis = await self.analysis(document)
        path = await asyncio.to_thread(lambda: document.path)
        settings = self.settings_for(path)
        running = self.runs.functions(document.uri)
        plain = Snapshot(document, analysis, settings, running=running)
        if path is None or not document.is_python:
            return plain
        root = await self.root_of(path)
        name = f"{path.relative_to(root).as_posix()}::"
        records = await self.records(root)
        known = {
            target.removeprefix(name): each
            for target, each in records.results.items()
            if target.startswith(name)
        }
        shares = {
            target.removeprefix(name): share
            for target, share in records.shares.items()
            if target.startswith(name)
        }
        applied, stale = await asyncio.to_thread(_standing, known, document, tuple(self.documents))
        return evolve(plain, root=root, known=known, applied=applied, stale=stale, shares=shares)

    async def analysis(self, document: Document) -> Analysis:
        """What the catalogue finds in a document; each text is looked at once, and one that was replaced not at all.

        Raises:
            Overtaken: It was edited or closed before its text was looked at.
        """
        if not document.is_python or document.is_huge:
            return Analysis(document.text)
        kept = self._analyses.get(document.uri)
        if kept is None or kept[0].text != document.text:
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._looking, self._analyst.look, document.text)
            if kept is not None:
                kept[1].cancel()
            kept = self._analyses[document.uri] = (document, work)
        try:
            return await asyncio.shield(kept[1])
        except asyncio.CancelledError:
            if kept[1].cancelled() and self._is_wanted():
                raise Overtaken(f"{document.uri} was edited meanwhile", "Ask again.") from None
            raise

    def _is_wanted(self) -> bool:
        """Whether nobody has cancelled what is being answered."""
        task = asyncio.current_task()
        return task is None or not task.cancelling()

    async def root_of(self, path: Path) -> Path:
        """The folder of the project around a file."""
        if path.parent not in self._roots:
            self._roots[path.parent] = await asyncio.to_thread(_root_of, path)
        return self._roots[path.parent]

    async def records(self, root: Path) -> Recorded:
        """What runs on a project have found, as it was read last."""
        if root not in self._records:
            self.read_again(root)
        return await asyncio.shield(self._records[root])

    def read_again(self, root: Path | None = None) -> None:
        """Read the records of a project anew, or those of all projects that are known, and where they begin."""
        self._roots.clear()
        loop = asyncio.get_running_loop()
        for each in [root] if root else list(self._records):
            self._records[each] = loop.create_task(asyncio.to_thread(recorded, each))

    async def learn(self, known: Known) -> None:
        """Take up the answer of a run."""
        before = await self.records(known.root)
        results = {**before.results, f"{known.path}::{known.function}": known}
        done: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        done.set_result(evolve(before, results=results))
        self._records[known.root] = done

    async def held_files(self) -> dict[Path, bytes]:
        """The bytes of files as the editor holds them."""
        return await asyncio.to_thread(held_files, tuple(self.documents))


def _root_of(path: Path) -> Path:
    found = next((each for each in backends().values() if path.suffix in each.suffixes), None)
    root = found.root_of(path) if found is not None else path.parent
    return root if path.is_relative_to(root) else path.parent


def _standing(
    known: Mapping[str, Known], document: Document, others: tuple[Document, ...]
) -> tuple[frozenset[str], dict[str, str]]:
    """The functions whose proven version is in the text; and why other answers are about an older one, by function."""
    applied: set[str] = set()
    found: dict[str, str] = {}
    held = held_files(others) if known else {}
    for function, each in known.items():
        is_applied = each.accepted and each.is_applied_in(document.text)
        match Untouched() if is_applied else each.standing(document.text):
            case Touched(what=what):
                found[function] = what
                continue
            case Unreadable():
                found[function] = "the file does not parse now"
                continue
        changed = changed_around(each, held)
        if changed:
            found[function] = f"{', '.join(changed[:3])} changed"
        elif is_applied:
            applied.add(function)
    return frozenset(applied), found
