"""Reads line profiles as clients send them: tables of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import field, frozen

_FUNCTION = re.compile(r"^\W*Function:\s*(?P<name>[\w.<>]+)")
_TOTAL = re.compile(r"^\W*Total time:\s*(?P<seconds>[0-9.eE+-]+)")
_CLASSIC = re.compile(
    r"^\s*\d+\s+(?P<hits>[\d.]+)\s+(?P<time>[\d.eE+]+)\s+(?P<each>[\d.eE+]+)\s+(?P<percent>\d+(?:\.\d+)?)\s(?P<code>.*)$"
)
_COLD = 0.001


@frozen
class Profile:
    """Where the time goes.

    Attributes:
        lines: Share of its function's time by the line's text, for each function, 0 to 1.
        functions: Share of the whole time by function, 0 to 1.
    """

    lines: Mapping[str, Mapping[str, float]] = field(factory=dict)
    functions: Mapping[str, float] = field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def share(self, qualname: str, changed: Iterable[str]) -> float:
        """The share of the whole time that lines of a function take; 1 where nothing was measured.

        Args:
            qualname: The function.
            changed: Lines of it; none stands for the whole function.
        """
        if not self.lines:
            return 1.0
        name = self._name_of(qualname)
        if name is None:
            return _COLD
        known = self.lines[name]
        texts = [line.strip() for line in changed if line.strip()]
        own = sum(known.get(text, 0.0) for text in dict.fromkeys(texts)) if texts else 1.0
        return max(_COLD, min(1.0, own)) * max(_COLD, self.functions.get(name, 1.0))

    def _name_of(self, qualname: str) -> str | None:
        """The profiler may know a method by its bare name."""
        last = qualname.rpartition(".")[2]
        for name in self.lines:
            if name in ("", qualname, last) or name.endswith(f".{qualname}"):
                return name
        return None


def read_profile(text: str) -> Profile:
    """The profile in a text; empty when there is none in it.

    Both the classic table of ``line_profiler`` and its form as a Markdown table are understood.

    Args:
        text: The text.
    """
    lines: dict[str, dict[str, float]] = {}
    seconds: dict[str, float] = {}
    name, waiting = "", 0.0
    for line in text.splitlines():
        if found := _TOTAL.match(line):
            waiting = _number(found["seconds"])
            if name and name not in seconds:
                seconds[name], waiting = waiting, 0.0
        elif found := _FUNCTION.match(line):
            name = found["name"]
            if waiting:
                seconds[name], waiting = waiting, 0.0
        elif row := _row(line):
            known = lines.setdefault(name, {})
            known[row[1]] = known.get(row[1], 0.0) + row[0] / 100
    total = sum(seconds.get(each, 0.0) for each in lines)
    shares = {each: seconds.get(each, 0.0) / total for each in lines} if total > 0 else {}
    return Profile(lines, shares)


def _row(line: str) -> tuple[float, str] | None:
    """Percent and code of a line of the table."""
    if "|" in line[:3]:
        cells = line.strip().strip("|").split("|")
        if len(cells) >= 5:
            code = "|".join(cells[4:]).strip()
            return (_number(cells[3]), code) if code and cells[3].strip()[:1].isdigit() else None
        return None
    found = _CLASSIC.match(line)
    return (_number(found["percent"]), found["code"].strip()) if found else None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e12 else 0.0
