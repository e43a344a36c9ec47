"""Source files as text, with what it takes to write them back byte for byte."""

from __future__ import annotations

import io
import tokenize

from attrs import frozen

from codeflash_core.errors import UsageError

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
        raise UsageError(f"can't read {path or 'the file'} as text: {problem}") from problem
