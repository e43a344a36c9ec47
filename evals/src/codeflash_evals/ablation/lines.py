"""What was judged: a line of JSON each, so that a run that was ended goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import cattrs
from attrs import evolve, field, frozen

from codeflash_core.errors import Place, UsageError
from codeflash_core.records.journal import disk_errors
from codeflash_evals.ablation.cases import Kind
from codeflash_evals.scores.lines import begins_as

SCHEMA = 1
HEAD_OPENING, OPENING = b'{"schema": ', b'{"case": '
"""How the first line begins, and how the others do."""
_CONVERTER = cattrs.Converter()


@frozen
class Judged:
    """What became of a case in a configuration.

    Attributes:
        case: The case's id.
        kind: What it is.
        configuration: The configuration's name.
        accepted: Whether it was accepted.
        decision: The decision's word.
        reason: The first reason.
        seconds: How long it took, answers from before included.
    """

    case: str
    kind: Kind
    configuration: str
    accepted: bool
    decision: str
    reason: str = ""
    seconds: float = 0.0


@frozen
class Results:
    """A results file.

    Attributes:
        machine: Where and when its first line was made: name to value.
        judged: Its lines.
    """

    machine: Mapping[str, str] = field(factory=dict)
    judged: tuple[Judged, ...] = ()

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """Case and configuration of each line."""
        return frozenset((each.case, each.configuration) for each in self.judged)

    def of(self, cases: Set[str]) -> Results:
        """The lines of some cases, by their ids."""
        return evolve(self, judged=tuple(each for each in self.judged if each.case in cases))


def read_results(path: Path) -> Results:
    """What a file holds; nothing where there is none. A last line that was cut off is passed over.

    Raises:
        UsageError: It can't be read, is damaged, or was written by another version.
    """
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return Results()
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}") from problem
    if lines and not lines[-1].endswith(b"\n"):
        opening = HEAD_OPENING if len(lines) == 1 else OPENING
        if not begins_as(lines[-1], opening):
            raise _damaged(path, len(lines), "it is of another kind")
    whole = [line for line in lines if line.endswith(b"\n")]
    if not whole:
        return Results()
    head = _read(path, 1, whole[0])
    if head.get("schema") != SCHEMA or not isinstance(head.get("machine"), dict):
        raise _damaged(path, 1, f"it does not begin with results of schema {SCHEMA}")
    judged = []
    for number, line in enumerate(whole[1:], 2):
        try:
            judged.append(_CONVERTER.structure(_read(path, number, line), Judged))
        except cattrs.BaseValidationError as problem:
            raise _damaged(path, number, "; ".join(cattrs.transform_error(problem))) from problem
    return Results(head["machine"], tuple(judged))


def begin(path: Path, machine: Mapping[str, str]) -> None:
    """Begin a file, or cut what was left of a line.

    Args:
        path: The file; one that has lines keeps them.
        machine: Where and when this is, for a new one.

    Raises:
        StageError: It can't be written.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes() if path.exists() else b""
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.truncate(path, whole)
    if not whole:
        _append(path, {"schema": SCHEMA, "machine": dict(machine)})


def add(path: Path, judged: Judged) -> None:
    """Keep one more.

    Raises:
        StageError: It can't be written.
    """
    _append(path, _CONVERTER.unstructure(judged))


def _append(path: Path, content: Mapping[str, Any]) -> None:
    with disk_errors(path), path.open("ab") as file:
        file.write(json.dumps(content).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except ValueError as problem:
        raise _damaged(path, number, str(problem)) from problem
    if not isinstance(content, dict):
        raise _damaged(path, number, "it is no object")
    return content


def _damaged(path: Path, number: int, why: str) -> UsageError:
    place = Place(str(path), number)
    return UsageError(f"{place}: this line is no result: {why}", "Delete it, or name another file.", place)
