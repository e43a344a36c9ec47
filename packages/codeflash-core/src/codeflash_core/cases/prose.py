"""What people write of a case: ``case.md``, three sections under fixed headings."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from codeflash_core.errors import Place, UsageError

HEADINGS = ("What was slow", "What was done", "How to reproduce")
TEMPLATE = """# {title}

## What was slow

(Which calls, how they were found, and what share of the time they had.)

## What was done

(The change, and why it is faster.)

## How to reproduce

(The commands, with public tools only.)
"""


@frozen
class Prose:
    """The text of a case.

    Attributes:
        title: Its first line.
        sections: Text by heading.
    """

    title: str
    sections: dict[str, str]


def read_prose(path: Path) -> Prose:
    """The text of a case.

    Raises:
        UsageError: It can't be read, or a heading is missing, twice or unknown.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"can't read {path}: {problem}", "See: codeflash case new --help") from problem
    title, heading = "", ""
    sections: dict[str, list[str]] = {}
    fenced = False
    for number, line in enumerate(lines, 1):
        fenced ^= line.startswith("```")
        if not fenced and line.startswith("# ") and not title:
            title = line[2:].strip()
        elif not fenced and line.startswith("## "):
            heading = line[3:].strip()
            if heading not in HEADINGS or heading in sections:
                raise UsageError(
                    f"{path.name}, line {number}: the heading {heading!r} is {'there twice' if heading in sections else 'not known'}",
                    f"The headings are: {', '.join(HEADINGS)}.",
                    Place(str(path), number),
                )
            sections[heading] = []
        elif heading:
            sections[heading].append(line)
    missing = [each for each in HEADINGS if not "\n".join(sections.get(each, [])).strip()]
    if not title or missing:
        raise UsageError(f"{path.name} lacks {'a title' if not title else repr(missing[0])}", place_hint())
    return Prose(title, {name: "\n".join(text).strip() for name, text in sections.items()})


def place_hint() -> str:
    """What a case's text consists of."""
    return f"A title (# ...) and the sections {', '.join(HEADINGS)}."
