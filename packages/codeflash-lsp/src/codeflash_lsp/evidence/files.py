"""Files as they stand now, an editor's unsaved texts first; and which of them differ from what a run measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.texts import decode
from codeflash_lsp.evidence.imports import imported_files
from codeflash_lsp.evidence.known import Known, changed_since
from codeflash_lsp.texts.documents import Document
from codeflash_lsp.texts.edits import newline_of


def held_files(documents: Iterable[Document]) -> dict[Path, bytes]:
    """The bytes of files as an editor holds them, saved or not. To be called in a thread.

    A file that is not there, or can't be read as text, is left to the disk. Line ends are the file's own where the
    editor counts in line feeds. What is saved counts too: it may be saved again while a run is under way.

    Args:
        documents: What the editor has open.
    """
    found: dict[Path, bytes] = {}
    for document in documents:
        path = document.path
        if path is None or not path.is_file() or _is_of_an_environment(path):
            continue
        try:
            saved = decode(path.read_bytes(), path.name)
            held = _with_line_ends_of(saved.text, document.text)
            found[path] = saved.encode(held)
        except (OSError, UsageError):
            continue
    return found


def _with_line_ends_of(saved: str, held: str) -> str:
    newline = newline_of(saved)
    if newline in (None, "\n") or "\r" in held:
        return held
    return held.replace("\n", newline or "\n")


def _is_of_an_environment(path: Path) -> bool:
    return any(parent.name == "node_modules" or (parent / "pyvenv.cfg").exists() for parent in path.parents)


def changed_around(known: Known, held: Mapping[Path, bytes]) -> tuple[str, ...]:
    """Which of the files that a function's file imports are not as they were when it was proven.

    To be called in a thread.

    Args:
        known: What was proven.
        held: The bytes of files as an editor holds them.
    """

    def content(path: str) -> bytes | None:
        place = known.root / path
        try:
            return held[place] if place in held else place.read_bytes()
        except OSError:
            return None

    def text(path: str) -> str | None:
        data = content(path)
        try:
            return decode(data, path).text if data is not None else None
        except UsageError:
            return None

    others = imported_files(known.path, known.files, text)
    return changed_since(known, {path: content(path) for path in others})
