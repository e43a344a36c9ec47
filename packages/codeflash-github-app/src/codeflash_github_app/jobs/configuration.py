"""What a repository asks of the app: the table ``[github]`` of its ``.codeflash.toml``.

It is read from the repository's default branch, never from a pull request or the branch that it is for: who proposes a
change chooses both, and can't give themselves rights with them.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, frozen

from codeflash_core.errors import Place, UsageError
from codeflash_core.units import parse_count, parse_ratio, parse_seconds
from codeflash_github_app.jobs.patterns import LONGEST, MOST, matches

FILE = ".codeflash.toml"
TABLE = "github"
LARGEST = 64 * 1024
"""Bytes of the file that are read at most."""


@frozen
class Configuration:
    """What a repository asks for.

    Attributes:
        include: Patterns of files whose functions are optimized; empty for all.
        exclude: Patterns of files that are left alone.
        least_speedup: Factor that the lower bound of a speedup has to reach to be told of.
        budget_seconds: Time for one function, and for each comparison.
        most_functions: Most functions of a pull request that are worked on.
        pull_requests: Whether pull requests are worked on without being asked.
        push_reports: Whether pushes to the default branch are reported on.
        regression: Fraction from which a slower benchmark is told as a regression.
        regressions_fail: Whether a regression makes the check run fail.
        automatic_pull_requests: Whether a pull request may be opened for what fits no suggestion.
        open_pull_requests: Most pull requests of the app that may be open at a time.
        warnings: What was not understood.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    least_speedup: float = 1.05
    budget_seconds: float = 60.0
    most_functions: int = 10
    pull_requests: bool = True
    push_reports: bool = True
    regression: float = 0.03
    regressions_fail: bool = False
    automatic_pull_requests: bool = False
    open_pull_requests: int = 2
    warnings: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether a file's functions may be worked on."""
        included = not self.include or any(matches(pattern, path) for pattern in self.include)
        return included and not any(matches(pattern, path) for pattern in self.exclude)


@frozen
class Key:
    """One thing that can be set.

    Attributes:
        name: Its name in the file.
        field: Its name here.
        read: Makes a value of what was written; raises :class:`UsageError`.
        meaning: One sentence for the reference.
        written: The default as it would be written.
    """

    name: str
    field: str
    read: Callable[[Any], Any]
    meaning: str
    written: str


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError("a list of texts is wanted")
    if len(value) > MOST or any(len(item) > LONGEST for item in value):
        raise UsageError(f"{MOST} patterns of {LONGEST} signs each are taken at most")
    return tuple(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError("true or false is wanted")
    return value


def _factor(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1.0 <= value <= 1000.0:
        raise UsageError("a factor from 1.0 up is wanted")
    return float(value)


def _seconds(value: Any) -> float:
    return parse_seconds(str(value))


def _count(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        return parse_count(str(value), least=least)

    return read


def _fraction(value: Any) -> float:
    return parse_ratio(str(value))


KEYS = (
    Key(
        "include", "include", _patterns, "Files whose functions are worked on; all when it is left out.", "[]"
    ),
    Key("exclude", "exclude", _patterns, "Files that are left alone.", "[]"),
    Key(
        "least-speedup",
        "least_speedup",
        _factor,
        "Factor that the lower bound of a speedup has to reach.",
        "1.05",
    ),
    Key("budget", "budget_seconds", _seconds, "Time for one function, and for a comparison.", '"60s"'),
    Key("most-functions", "most_functions", _count(1), "Most functions of one pull request.", "10"),
    Key(
        "pull-requests",
        "pull_requests",
        _truth,
        "Whether pull requests are worked on without being asked.",
        "true",
    ),
    Key(
        "push-reports",
        "push_reports",
        _truth,
        "Whether pushes to the default branch are reported on.",
        "true",
    ),
    Key(
        "regression", "regression", _fraction, "From which difference on a slower benchmark is told.", '"3%"'
    ),
    Key(
        "regressions-fail",
        "regressions_fail",
        _truth,
        "Whether a regression makes the check run fail; else it is neutral.",
        "false",
    ),
    Key(
        "automatic-pull-requests",
        "automatic_pull_requests",
        _truth,
        "Whether the app may open a pull request for what fits no suggestion, without being asked.",
        "false",
    ),
    Key(
        "open-pull-requests",
        "open_pull_requests",
        _count(0),
        "Most pull requests of the app that may be open at a time.",
        "2",
    ),
)
"""Everything that can be set, in the order of the reference."""


def read_configuration(text: bytes | None) -> Configuration:
    """What the file asks for; what can't be understood is told and passed over.

    Args:
        text: The file; empty when there is none, None when it is too large.
    """
    if text is None:
        return Configuration(warnings=(f"{FILE} is larger than {LARGEST >> 10} KiB and was not read",))
    try:
        document = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as problem:  # both of tomllib's and of the encoding
        where = Place(FILE)
        return Configuration(warnings=(f"{where} can't be read, so all is as by default: {problem}",))
    table = document.get(TABLE, {})
    if not isinstance(table, dict):
        return Configuration(warnings=(f"{FILE}: {TABLE} is no table; write [{TABLE}] above the keys",))
    return _from_table(table)


def _from_table(table: Mapping[str, Any]) -> Configuration:
    known = {key.name: key for key in KEYS}
    values: dict[str, Any] = {}
    warnings: list[str] = []
    for written, raw in table.items():
        key = known.get(written.replace("_", "-"))
        if key is None:
            near = difflib.get_close_matches(written, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            warnings.append(f"{FILE}: unknown key {written}{hint}")
            continue
        try:
            values[key.field] = key.read(raw)
        except UsageError as problem:
            warnings.append(f"{FILE}: {key.name}: {problem.message}; it is {key.written} instead")
    return evolve(Configuration(**values), warnings=tuple(warnings))
