"""Lines of the combined log format."""

import re
from dataclasses import dataclass

_LINE = re.compile(
    r'(?P<client>\S+) \S+ \S+ \[(?P<day>[^:]+):(?P<hour>\d\d):[^\]]*\] '
    r'"(?P<method>[A-Z]+) (?P<path>\S+)[^"]*" (?P<status>\d{3}) (?P<size>\d+|-)'
)


@dataclass(frozen=True)
class Hit:
    client: str
    hour: int
    method: str
    path: str
    status: int
    size: int


class MalformedLine(ValueError):
    """A line that is not in the combined format."""


def parse_line(line):
    match = _LINE.match(line)
    if match is None:
        raise MalformedLine(f"not a log line: {line[:40]!r}")
    size = match["size"]
    return Hit(
        client=match["client"],
        hour=int(match["hour"]),
        method=match["method"],
        path=match["path"],
        status=int(match["status"]),
        size=0 if size == "-" else int(size),
    )


def parse(text):
    return [parse_line(line) for line in text.splitlines() if line.strip()]
