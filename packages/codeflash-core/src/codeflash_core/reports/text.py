"""Foreign text made safe to show: source, reprs and messages come from code that nobody vouches for."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

CLIP = 4000
"""Characters of a repr or message that a report shows."""


def visible(text: str) -> str:
    """Spells out what could hide or rearrange text: control and format characters, lone surrogates.

    Bidirectional overrides would show a reviewer other code than the interpreter runs (CVE-2021-42574), and
    a lone surrogate cannot be written as UTF-8. Line feeds and tabs stay.

    Args:
        text: Anything.
    """
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character in "\n\t" or (" " <= character <= "~"):
        return character
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


def clip(text: str, most: int = CLIP) -> str:
    """Cuts a long text and says how much is missing.

    Args:
        text: Anything.
        most: Characters to keep.
    """
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} more characters)"


def escape(text: object, most: int = CLIP) -> str:
    """Makes text safe between tags and inside quoted attributes of HTML or SVG.

    Args:
        text: Anything; it is shown as `str` shows it.
        most: Characters to keep.
    """
    return html.escape(visible(clip(str(text), most)), quote=True)


def one_line(text: str) -> str:
    """Joins the lines of a text with single blanks."""
    return " ".join(text.split())


def split_lines(text: str) -> list[str]:
    """Splits source where its language ends a line, not at every separator that Unicode knows."""
    return re.split(r"\r\n|\r|\n", text)


_CODE_SPAN = re.compile(r"(`[^`\n]+`)")
_MARKUP = re.compile(r"([\\`*_\[\]~!])")
_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "&<>@#|$\u200b"}
_HTML = _ENTITIES | {ord(character): f"&#{ord(character)};" for character in "\\`*_[]~!\"'"}
_LINKED = re.compile(r"@(?=\w)|#(?=\d)|GH-(?=\d)|:(?=//)|www(?=\.)", re.IGNORECASE)
"""What GitHub makes a mention, a reference or a link of, up to where it has to be broken. It looks for most of them when entities are
characters again, so that they alone do not help: an invisible space goes in, which foreign text can't hold since it is spelled out."""


def markdown_text(text: str) -> str:
    """Makes a sentence safe in GitHub's Markdown: no tags, links, mentions, references or formulas come out of it.

    Code between single backticks stays code. It is not for a table: there a bar ends a cell even in code, see :func:`table_cell`.

    Args:
        text: A sentence or paragraph; its lines are joined.
    """
    return "".join(part if code else _plain(part) for code, part in _parts(text))


def table_cell(text: str, *, code: bool = False) -> str:
    """Makes a sentence or a name safe in a cell of a Markdown table: it stays one cell.

    Args:
        text: A sentence, in which code stands between single backticks; its lines are joined.
        code: Whether all of it is code, such as a name.
    """
    if code:
        return html_code(text) if "|" in text else markdown_code(text)
    return "".join(
        (html_code(part[1:-1]) if "|" in part else part) if code else _plain(part)
        for code, part in _parts(text)
    )


def table_row(*cells: str) -> str:
    """A row of a Markdown table.

    Args:
        cells: What :func:`table_cell` made, or texts of ours.
    """
    return f"| {' | '.join(cells)} |"


def html_code(text: str) -> str:
    """Makes inline code without a sign of Markdown: for where that is not read, between tags, or where backticks do not hold.

    Args:
        text: A name or a short expression; its lines are joined.
    """
    return f"<code>{_broken(visible(one_line(clip(text, 300)))).translate(_HTML)}</code>"


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Stretches of code, their backticks included, and of words."""
    for index, part in enumerate(_CODE_SPAN.split(visible(one_line(clip(text))))):
        yield bool(index % 2), part


def _plain(words: str) -> str:
    return _MARKUP.sub(r"\\\1", _broken(words)).translate(_ENTITIES)


def _broken(text: str) -> str:
    return _LINKED.sub(lambda found: f"{found[0]}\u200b", text)


def markdown_code(text: str) -> str:
    """Makes an inline code span, with as many backticks around it as it takes.

    Args:
        text: A name or a short expression; its lines are joined.
    """
    shown = visible(one_line(clip(text, 300)))
    fence = "`" * (_longest_backticks(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_block(text: str, language: str = "") -> str:
    """Makes a fenced code block whose fence cannot be closed from inside.

    Args:
        text: Anything.
        language: Name for syntax highlighting, such as ``python``.
    """
    fence = "`" * max(3, _longest_backticks(text) + 1)
    return f"{fence}{language}\n{visible(text.rstrip())}\n{fence}"


def _longest_backticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
