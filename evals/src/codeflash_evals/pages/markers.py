"""Generated text in a page that people write: it stands between two marks."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.records.replacing import replace_file


def write_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``.

    Args:
        path: The page.
        name: Of the marks.
        text: What goes between them.

    Raises:
        UsageError: The page can't be read, or the marks are not there once each, in this order.
        StageError: It can't be written; it is what it was.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"can't read the page {path}: {problem}") from problem
    before, _, rest = page.partition(begin)
    between, mark, after = rest.partition(end)
    if not mark or page.count(begin) != 1 or page.count(end) != 1:
        raise UsageError(
            f"{path} has no place for {name}", f"Write the lines {begin} and {end} where it goes."
        )
    del between
    replace_file(path, f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}".encode())
