"""Source files as text, with what it takes to write them back byte for byte."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import Place, UsageError

BOM = b"\xef\xbb\xbf"


@frozen
class SourceText:
    """A decoded source file; line ends are kept as they are.

    Attributes:
        text: The text without byte order mark.
        encoding: Name of the encoding, from the cookie of PEP 263 or UTF-8.
        bom: Whether the file begins with a byte order mark.
    """

    text: str
    encoding: str = "utf-8"
    bom: bool = False

    def encode(self, text: str) -> bytes:
        """Bytes of another text in this file's encoding.

        Raises:
            UsageError: The text has characters that the encoding lacks.
        """
        try:
            body = text.encode(self.encoding)
        except UnicodeEncodeError as problem:
            raise UsageError(
                f"the new text can't be written as {self.encoding}: {problem.object[problem.start]!r}"
            ) from problem
        return BOM + body if self.bom else body


def content(root: Path, path: str, held: Mapping[str, bytes]) -> bytes:
    """A file of a project as it stands: what an editor holds of it, else what the disk does.

    Args:
        root: The project's folder.
        path: The file, relative to the root.
        held: What an editor holds, by path.

    Raises:
        OSError: It can't be read.
    """
    data = held.get(path)
    return (root / path).read_bytes() if data is None else data


def decode(data: bytes, path: str = "") -> SourceText:
    """Decode a source file.

    Args:
        data: The file's bytes.
        path: Its name, for messages.

    Raises:
        UsageError: The encoding is unknown or the bytes don't fit it.
    """
    bom = data.startswith(BOM)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        return SourceText(data[len(BOM) if bom else 0 :].decode(encoding), encoding, bom)
    except (SyntaxError, UnicodeDecodeError, LookupError) as problem:
        raise _unreadable(data, path, problem) from problem


def one_paragraph(text: str, longest: int) -> str:
    """A stranger's text as one line of printable characters.

    Args:
        text: The text.
        longest: Characters that are kept.
    """
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:longest]


def _unreadable(data: bytes, path: str, problem: Exception) -> UsageError:
    """What is wrong with bytes that are no text, with the place of the first one that does not fit."""
    name = path or "the file"
    try:
        data.decode("utf-8" if isinstance(problem, SyntaxError) else getattr(problem, "encoding", "utf-8"))
    except (UnicodeDecodeError, LookupError) as odd:
        if isinstance(odd, UnicodeDecodeError):
            begin = data.rfind(b"\n", 0, odd.start) + 1
            column = len(data[begin : odd.start].decode(odd.encoding, "replace")) + 1
            place = Place(name, data.count(b"\n", 0, odd.start) + 1, column)
            return UsageError(
                f"{place}: can't read the file as text: the byte 0x{data[odd.start]:02x} is no {odd.encoding}",
                "Save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-",
                place,
            )
    return UsageError(f"can't read {name} as text: {problem}", where=Place(name))
