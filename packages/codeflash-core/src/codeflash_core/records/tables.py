r"""Tables that people can read and many may write: tab-separated, typed by a frozen class, only ever appended to.

The first line names the schema, the second the columns. A field holds no tab and no line end: those, and the
backslash, are written as ``\\t``, ``\\n``, ``\\r`` and ``\\\\``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

from attrs import AttrsInstance, fields, frozen

from codeflash_core.errors import Place, StageError, UsageError
from codeflash_core.records.locking import locked

R = TypeVar("R", bound=AttrsInstance)
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPES.items()}


@frozen
class Table(Generic[R]):
    """How rows of one kind stand in a file.

    Attributes:
        title: The first line, ``# NAME, schema NUMBER``.
        schema: The schema's number.
        kind: The class of a row; its attributes are the columns, in their order.
        read: Makes values of the texts of some columns, by name; raises ValueError. Other columns are texts.
    """

    title: str
    schema: int
    kind: type[R]
    read: Mapping[str, Callable[[str], Any]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(each.name for each in fields(self.kind))

    def append_made(self, path: Path, make: Callable[[tuple[R, ...]], Iterable[R]]) -> None:
        """Add rows that depend on those which stand there, such as by their number; nobody writes in between.

        The rows are on the disk when it returns. A row that stands there already is not written again, so that a
        step that was killed can be repeated.

        Args:
            path: The file.
            make: Gives the rows to add for those that are known; it is called once, under the file's lock.

        Raises:
            UsageError: The file is of another schema, or was damaged by hand; it stays as it is.
            StageError: It can't be written.
        """
        with locked(path) as file:
            file.seek(0)
            content = file.read()
            known = self._parsed(path, content) if content else ()
            present = set(map(self._line_of, known))
            lines = [line for line in map(self._line_of, make(known)) if line not in present]
            missing_end = b"\n" if content and not content.endswith(b"\n") else b""
            head = b"" if content else "{}\n{}\n".format(self.title, "\t".join(self.columns)).encode()
            _write(path, file, head + missing_end + "".join(lines).encode())

    def read_rows(self, path: Path) -> tuple[R, ...]:
        """The rows, oldest first; none where there is no file.

        Raises:
            UsageError: The file is of another schema, or was damaged; the message names the line.
        """
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as problem:
            raise UsageError(f"can't read {path}: {problem.strerror}") from problem
        return self._parsed(path, content) if content else ()

    def _line_of(self, row: R) -> str:
        return "\t".join(_field(getattr(row, name)) for name in self.columns) + "\n"

    def _parsed(self, path: Path, content: bytes) -> tuple[R, ...]:
        try:
            lines = content.decode("utf-8").split("\n")
        except UnicodeDecodeError as problem:
            line = content.count(b"\n", 0, problem.start) + 1
            raise _damaged(path, line, "it is no UTF-8") from problem
        if lines[-1] == "":
            lines.pop()
        lines = [line.removesuffix("\r") for line in lines]
        if not lines or lines[0] != self.title:
            found = lines[0] if lines else ""
            raise UsageError(
                f"{path} is not of schema {self.schema}: its first line is {found!r}",
                "Use the version that wrote it, or move it aside.",
                Place(str(path), 1),
            )
        if len(lines) < 2 or tuple(lines[1].split("\t")) != self.columns:
            raise _damaged(path, 2, "the names of the columns are not those of the schema")
        return tuple(self._row(path, number, line.split("\t")) for number, line in enumerate(lines[2:], 3))

    def _row(self, path: Path, number: int, cells: Sequence[str]) -> R:
        columns = self.columns
        if len(cells) != len(columns):
            raise _damaged(path, number, f"it has {len(cells)} fields, not {len(columns)}")
        told: dict[str, Any] = {name: _unescaped(cell) for name, cell in zip(columns, cells, strict=True)}
        try:
            return self.kind(**{**told, **{name: read(told[name]) for name, read in self.read.items()}})
        except ValueError as problem:
            raise _damaged(path, number, str(problem)) from problem


def _write(path: Path, file: BinaryIO, text: bytes) -> None:
    end = file.seek(0, os.SEEK_END)
    try:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    except OSError as problem:
        # Half a row must not stay: the disk was full in the middle of it.
        os.truncate(path, end)
        raise StageError("record", f"can't write {path}: {problem.strerror}", "Make room.") from problem


def _field(value: str | float | None) -> str:
    if value is None:
        return ""
    # The shortest text that reads back as the same number.
    return re.sub(r"[\\\t\n\r]", lambda found: _ESCAPES[found[0]], str(value))


def _unescaped(cell: str) -> str:
    return re.sub(r"\\[\\tnr]", lambda found: _PLAIN[found[0]], cell)


def _damaged(path: Path, line: int, why: str) -> UsageError:
    place = Place(str(path), line)
    return UsageError(f"{place}: {why}", "Correct that line, or remove it; nothing was written.", place)
