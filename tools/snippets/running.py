"""Running techniques: in a process of their own, checked once, and timed if asked.

Every language has a program, its driver, that is written beside the blocks and runs them. It answers with one JSON
document in a file, since what blocks print is theirs.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from snippets.techniques import Snippet, Technique

DRIVERS = Path(__file__).resolve().parent / "drivers"
SECONDS = 60.0
"""How long a process may take."""


@frozen
class Counted:
    """An effect that was counted, not timed.

    Attributes:
        what: What was counted, with its unit.
        slow: How much of it the slow version needs.
        fast: How much of it the fast version needs; less, or the check would have failed.
    """

    what: str
    slow: float
    fast: float


@frozen
class Outcome:
    """What became of one technique.

    Attributes:
        technique: Which.
        error: Why its check failed; empty when it passed.
        counted: What the check counted.
        slow_ns: Wall time of a unit of work, one value a sample.
        fast_ns: The same for the fast version, in turns with the other.
    """

    technique: Technique
    error: str = ""
    counted: tuple[Counted, ...] = ()
    slow_ns: tuple[float, ...] = field(default=())
    fast_ns: tuple[float, ...] = field(default=())


def program(snippet: Snippet, head: str = "") -> str:
    """The text of a block as a file, with ``head`` on the first line; lines have the numbers they have in the page."""
    return head + "\n" * (snippet.line - 1) + snippet.text


def ask(technique: Technique, command: Sequence[str], place: Path, environment: Mapping[str, str]) -> Outcome:
    """Run a driver in ``place`` and read its answer, which is the file ``result.json`` there."""
    answer = place / "result.json"
    answer.unlink(missing_ok=True)
    where = f"{technique.page}:{technique.check.line}: {technique.title!r}"
    try:
        done = subprocess.run(
            command,
            cwd=place,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(technique, error=f"{where} took more than {SECONDS:.0f} s")
    if done.returncode or not answer.is_file():
        said = done.stdout.strip()[-4000:] or f"exit code {done.returncode}, nothing said"
        return Outcome(technique, error=f"{where} failed:\n{said}")
    value: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return Outcome(
        technique,
        counted=tuple(Counted(**each) for each in value["counted"] or ()),
        slow_ns=tuple(value["slow"] or ()),
        fast_ns=tuple(value["fast"] or ()),
    )


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a driver: ours, less what would change how an interpreter behaves."""
    mine = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "COV_", "COVERAGE", "NODE_"))
    }
    return mine | more
