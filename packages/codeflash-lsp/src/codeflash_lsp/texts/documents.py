"""Documents that the editor has open: what it holds of each, whatever the disk does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from attrs import Factory, evolve, field, frozen
from lsprotocol import types
from pygls.uris import to_fs_path

from codeflash_lsp.texts.lines import BOM, Changing, Lines

MOST_CHARACTERS = 1_000_000
"""Characters beyond which a document is not looked at."""


@frozen(slots=False)
class Document:
    """One open document at one moment.

    Attributes:
        uri: The document, as the client names it.
        version: Counts its changes.
        language: What the client says it is written in.
        held: Its text as the client holds it, a byte order mark included.
        encoding: The unit of the client's columns.
        notebook: The notebook whose cell it is, or an empty string.
    """

    uri: str
    version: int
    language: str
    held: str
    encoding: str = "utf-16"
    notebook: str = ""
    _where: _Where = field(
        default=Factory(lambda self: _Where(self.uri), takes_self=True), eq=False, repr=False
    )

    @cached_property
    def lines(self) -> Lines:
        """The text with the arithmetic of positions."""
        return Lines(self.held, self.encoding)

    @property
    def _skipped(self) -> int:
        return len(BOM) if self.held.startswith(BOM) else 0

    @cached_property
    def text(self) -> str:
        """The text without byte order mark, as everything but the client counts in it."""
        return self.held[self._skipped :]

    @property
    def path(self) -> Path | None:
        """The file, symbolic links resolved; None for what is no local file, or a notebook's cell.

        The first who asks for it waits for the disk, whichever version of the document it is asked of.
        """
        return None if self.notebook else self._where.path

    @property
    def is_python(self) -> bool:
        """Whether it is worth a look."""
        return self.language == "python" or (not self.language and self.uri.endswith(".py"))

    @property
    def is_test(self) -> bool:
        """Whether it looks like a file of tests, which nobody wants faster by proof."""
        name = self.path.name if self.path else ""
        return name.startswith(("test_", "conftest.")) or name.endswith("_test.py")

    @property
    def is_huge(self) -> bool:
        """Whether it is too large to be looked at after each key stroke."""
        return len(self.held) > MOST_CHARACTERS

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets into :attr:`text`."""
        return self.lines.range(start + self._skipped, end + self._skipped)

    def offset(self, position: types.Position) -> int:
        """The offset into :attr:`text` of a position."""
        return max(0, self.lines.offset(position) - self._skipped)

    def changed(self, changes: Iterable[types.TextDocumentContentChangeEvent], version: int) -> Document:
        """The document after changes, each of which counts in what the one before it left."""
        text = Changing(self.held, self.encoding)
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text.replace(change.range, change.text)
            else:
                text = Changing(change.text, self.encoding)
        return evolve(self, held=text.text, version=version)


@frozen(slots=False)
class _Where:
    """Where the versions of one document are kept.

    Attributes:
        uri: The document, as the client names it.
    """

    uri: str

    @cached_property
    def path(self) -> Path | None:
        """The local file."""
        return path_of(self.uri)


def path_of(uri: str) -> Path | None:
    """The local file that an address names, symbolic links resolved; None where it names none."""
    if urlsplit(uri).scheme != "file":
        return None
    name = to_fs_path(uri)
    return Path(name).resolve() if name else None


class Documents:
    """The open documents of one client."""

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self._open: dict[str, Document] = {}

    def open(self, item: types.TextDocumentItem, notebook: str = "") -> Document:
        """Take up a document."""
        made = Document(item.uri, item.version, item.language_id, item.text, self.encoding, notebook)
        self._open[item.uri] = made
        return made

    def change(
        self, uri: str, version: int, changes: Iterable[types.TextDocumentContentChangeEvent]
    ) -> Document | None:
        """Change a document; None when it is not open."""
        known = self._open.get(uri)
        if known is None:
            return None
        made = self._open[uri] = known.changed(changes, version)
        return made

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._open.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """A document, or None when it is not open."""
        return self._open.get(uri)

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))
