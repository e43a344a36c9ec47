"""Reads the front matter of agents and skills: a small part of YAML that every parser reads alike.

``key: value``, ``key: "value"``, ``key: [a, b]``, a list of ``- item`` lines, and a folded or literal block (``>-``, ``|``).
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(?:[ \t]+(.*))?$")
_WORDS = {"true": True, "false": False}


class Entry(NamedTuple):
    """A value and the line of its key."""

    value: Any
    line: int


class Unreadable(ValueError):
    """Text that is not such front matter; ``line`` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def read(text: str) -> dict[str, Entry]:
    """Read the front matter of a Markdown file.

    Raises:
        Unreadable: there is none, or it is not of the kind above.
    """
    lines = text.splitlines()
    if not lines or lines[0] != "---":
        raise Unreadable(1, "no front matter")
    try:
        end = lines.index("---", 1)
    except ValueError:
        raise Unreadable(1, "front matter without an end") from None
    found: dict[str, Entry] = {}
    number = 1
    while number < end:
        line = lines[number]
        if not line.strip() or line.startswith("#"):
            number += 1
            continue
        match = _KEY.match(line)
        if not match:
            raise Unreadable(number + 1, f"front matter is not YAML: {line.strip()!r}")
        if match[1] in found:
            raise Unreadable(number + 1, f"{match[1]!r} is there twice")
        first, below = number, []
        number += 1
        while number < end and (not lines[number].strip() or lines[number][0] in " \t-"):
            below.append(lines[number])
            number += 1
        found[match[1]] = Entry(_value((match[2] or "").strip(), below, first + 1), first + 1)
    return found


def _value(inline: str, below: list[str], line: int) -> Any:
    if inline in (">", ">-", "|", "|-"):
        return (" " if inline[0] == ">" else "\n").join(each.strip() for each in below).strip()
    items = [each.strip() for each in below if each.strip()]
    if not inline:
        if not all(item.startswith("- ") for item in items):
            raise Unreadable(line, "front matter is not a list of '- item' lines")
        return [_scalar(item[2:].strip(), line) for item in items] or None
    if items:
        raise Unreadable(line, "a value goes on in the next line; write it as a block with '>-'")
    if inline[0] == "[" and inline[-1] == "]" and not inline[1:-1].count("["):
        return [_scalar(item.strip(), line) for item in inline[1:-1].split(",") if item.strip()]
    return _scalar(inline, line)


def _scalar(text: str, line: int) -> Any:
    if text[0] == '"':
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise Unreadable(line, f"a quoted value that does not end: {text}") from None
    if text[0] == "'":
        if len(text) < 2 or text[-1] != "'" or "'" in text[1:-1].replace("''", ""):
            raise Unreadable(line, f"a quoted value that does not end: {text}")
        return text[1:-1].replace("''", "'")
    if ": " in text or " #" in text or text.endswith(":") or text[0] in "&*!|>%@`{}[],?-":
        raise Unreadable(line, f"YAML reads this otherwise, quote it: {text}")
    if text.isdigit():
        return int(text)
    return _WORDS.get(text, text)
