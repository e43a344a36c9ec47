"""Reads the hottest line out of a line profile's table."""

from __future__ import annotations

import re

from attrs import frozen

LONGEST = 4_000_000

# The plain table: line number, hits, time, time per hit, percentage, code.
_PLAIN = re.compile(r"^\s*\d+\s+\d+\s+[\d.]+\s+[\d.]+\s+(?P<share>\d+(?:\.\d+)?)\s+(?P<code>\S.*)$")
# The same as a markdown table, with or without the line number.
_MARKDOWN = re.compile(
    r"^\|(?:\s*[\d.,]+\s*\|){3,4}\s*(?P<share>\d+(?:\.\d+)?)%?\s*\|\s*(?P<code>[^|\s].*?)\s*\|\s*$"
)


@frozen
class HotLine:
    """A line of code and the share of its function's time that it takes, in percent."""

    code: str
    share: float


def hottest(profile: str) -> HotLine | None:
    """The line that takes most of the time, or None when the text holds no profile.

    Args:
        profile: Text as line profilers print it.
    """
    best: HotLine | None = None
    for line in profile[:LONGEST].splitlines():
        if len(line) > 1_000:
            continue
        match = _PLAIN.match(line) or _MARKDOWN.match(line)
        if match is None:
            continue
        share = float(match["share"])
        if share <= 100 and (best is None or share > best.share):
            best = HotLine(match["code"].strip(), share)
    return best
