"""Techniques, read out of the pages that describe them.

A page is ``plugin/languages/<language>/references/techniques/<domain>.md``. What stands before the first ``## `` is prose;
every ``## Title`` is a technique: text that says when it helps and what its traps are, then three fenced blocks, ``slow``,
``fast`` and ``check``. A section that lacks one of them would look tested without being it, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

LANGUAGES = {"python": "python", "py": "python", "go": "go", "javascript": "javascript", "js": "javascript"}
"""The words that open a block, and the language they mean."""

ROLES = ("slow", "fast", "check")
_HEADING = re.compile(r"## +(?P<title>.*\S)")
_FENCE = re.compile(r"(?P<ticks>`{3,})(?P<words>.*)")
_PARTS = {
    "when it helps": re.compile(r"^(?:#{3,} |[-*]*\*\*)(?:when it )?helps\b", re.IGNORECASE | re.MULTILINE),
    "its traps": re.compile(
        r"^(?:#{3,} |[-*]*\*\*)(?:[^\n*]*\btraps?\b|(?:when it )?hurts\b)", re.IGNORECASE | re.MULTILINE
    ),
}


_ASSERTS = {
    "python": re.compile(r"\bassert\b"),
    "javascript": re.compile(r"\bassert\b"),
    "go": re.compile(r"\.(?:Error|Errorf|Fatal|Fatalf)\("),
}


class PageError(ValueError):
    """A page that is not written as pages of techniques are; the message begins with its place."""


@frozen
class Snippet:
    """A fenced block.

    Attributes:
        text: What stands between the fences.
        line: The line of its first line in the page, from 1.
    """

    text: str
    line: int


@frozen
class Technique:
    """One technique.

    Attributes:
        language: python, go or javascript.
        domain: The page's name, such as cpu.
        title: As its heading says.
        page: Where it stands.
        slow: The code before.
        fast: The code after; it defines the same names.
        check: Builds inputs, asserts equal results, and says what a unit of work is.
        needs: Packages outside the standard library without which it cannot run.
    """

    language: str
    domain: str
    title: str
    page: Path
    slow: Snippet
    fast: Snippet
    check: Snippet
    needs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A name for tests and tables."""
        slug = re.sub(r"[^a-z0-9_]+", "-", self.title.lower()).strip("-")
        return f"{self.language}/{self.domain}/{slug}"


def pages(plugin: Path) -> list[Path]:
    """Return every page of techniques below the folder ``plugin``, sorted."""
    return sorted(plugin.glob("languages/*/references/techniques/*.md"))


def read_all(plugin: Path) -> tuple[Technique, ...]:
    """Read every page below the folder ``plugin``.

    Raises:
        PageError: A page is not written as it should be.
    """
    return tuple(technique for page in pages(plugin) for technique in read(page))


def read(page: Path) -> tuple[Technique, ...]:
    """Read one page.

    Raises:
        PageError: It has no technique, two of one name, or one that is not whole.
    """
    found: dict[str, Technique] = {}
    for title, line, prose, blocks in _sections(page):
        technique = _technique(page, title, line, prose, blocks)
        if technique.id in found:
            raise PageError(f"{page}:{line}: a second technique is called {title!r}")
        found[technique.id] = technique
    if not found:
        raise PageError(f"{page}:1: no technique; each is a section that begins with '## '")
    return tuple(found.values())


@frozen
class _Block:
    words: tuple[str, ...]
    snippet: Snippet


def _sections(page: Path) -> Iterable[tuple[str, int, str, list[_Block]]]:
    """Yield heading, line, text outside of blocks, and blocks, of every second-level section."""
    lines = page.read_text(encoding="utf-8").splitlines()
    title, begun, prose, blocks = "", 0, list[str](), list[_Block]()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if fence := _FENCE.fullmatch(line):
            end = next((at for at in range(number, len(lines)) if lines[at] == fence["ticks"]), None)
            if end is None:
                raise PageError(f"{page}:{number}: this block is never closed")
            text = "\n".join(lines[number:end]) + "\n"
            blocks.append(_Block(tuple(fence["words"].split()), Snippet(text, number + 1)))
            number = end + 1
        elif heading := _HEADING.fullmatch(line):
            if title:
                yield title, begun, "\n".join(prose), blocks
            title, begun, prose, blocks = heading["title"], number, [], []
        else:
            prose.append(line)
    if title:
        yield title, begun, "\n".join(prose), blocks


def _technique(page: Path, title: str, line: int, prose: str, blocks: Sequence[_Block]) -> Technique:
    place = f"{page}:{line}: {title!r}"
    for what, pattern in _PARTS.items():
        if not pattern.search(prose):
            raise PageError(f"{place} does not say {what}")
    # Other blocks, such as output or commands, are for the reader.
    told = [block for block in blocks if len(block.words) > 1 and block.words[1] in ROLES]
    if [block.words[1] for block in told] != list(ROLES):
        raise PageError(f"{place} needs three blocks in this order: slow, fast, check")
    spoken = {LANGUAGES.get(block.words[0], "") for block in told}
    if len(spoken) != 1 or "" in spoken:
        raise PageError(f"{place} has blocks in another language than one of {', '.join(LANGUAGES)}")
    needs: tuple[str, ...] = ()
    for block in told:
        for word in block.words[2:]:
            key, _, value = word.partition("=")
            if key != "needs" or not value or block.words[1] != "check":
                raise PageError(f"{page}:{block.snippet.line - 1}: unknown word {word!r} on a fence")
            needs = tuple(value.split(","))
    slow, fast, check = (block.snippet for block in told)
    (language,) = spoken
    if not _ASSERTS[language].search(check.text):
        raise PageError(f"{page}:{check.line}: {title!r} asserts nothing")
    return Technique(language, page.stem, title, page, slow, fast, check, needs)
