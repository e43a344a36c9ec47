"""Reads the answer to a request for recording: checked field by field, every payload by its hash."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Call, Corpus, Grade

MOST_CALLS = 100_000
MOST_TESTS = 1_000_000
LONGEST_TEXT = 8_000
RECORDED_GRADES = (Grade.TRACED, Grade.TEST)


@frozen
class Recording:
    """What a workload showed.

    Attributes:
        corpora: What was recorded, by target id.
        results: How each test ended: ``passed``, ``failed``, ``error``, ``skipped`` or ``timeout``.
        failing: Tests that did not pass or be skipped on the original, with their message.
        problems: What could not be run at all (files, ``pytest``, ``script``), with the message.
        missing: Targets that could not be watched, with the reason.
        notes: Cautions for the reader.
        output: The end of what the workload printed.
    """

    corpora: Mapping[str, Corpus]
    results: Mapping[str, str] = field(factory=dict)
    failing: Mapping[str, str] = field(factory=dict)
    problems: Mapping[str, str] = field(factory=dict)
    missing: Mapping[str, str] = field(factory=dict)
    notes: tuple[str, ...] = ()
    output: str = ""


def read_recording(data: Mapping[str, Any], blobs: Sequence[bytes], targets: Sequence[str]) -> Recording:
    """Turn a worker's answer into corpora.

    Args:
        data: The answer's plain data.
        blobs: Its attachments: the payloads.
        targets: Ids of the targets that were asked for.

    Raises:
        StageError: The answer is not of the agreed form.
    """
    try:
        return _read(data, blobs, targets)
    except _Malformed as problem:
        raise StageError("observe", f"the recording is malformed: {problem}") from None


class _Malformed(Exception):
    pass


def _read(data: Mapping[str, Any], blobs: Sequence[bytes], targets: Sequence[str]) -> Recording:
    results: dict[str, str] = {}
    failing: dict[str, str] = {}
    for test, outcome in _mapping(data, "results").items():
        status = _text(_of(outcome, dict), "status")
        results[test] = status
        if status not in ("passed", "skipped"):
            failing[test] = _text(outcome, "message") or status
    notes = tuple(_strings(data, "notes"))
    listed = _list(data, "targets")
    if len(listed) != len(targets):
        raise _Malformed(f"{len(listed)} targets came back, {len(targets)} were asked for")
    corpora: dict[str, Corpus] = {}
    for item, target in zip(listed, targets, strict=True):
        told = _of(item, dict)
        if _text(told, "key") != target:
            raise _Malformed(f"{target} was asked for, another target came back")
        corpora[target] = _corpus(told, blobs, target, failing, notes)
    return Recording(
        corpora=corpora,
        results=results,
        failing=failing,
        problems=_texts(data, "problems"),
        missing=_texts(data, "missing"),
        notes=notes,
        output=_text(data, "output"),
    )


def _corpus(
    told: dict[str, Any],
    blobs: Sequence[bytes],
    target: str,
    failing: Mapping[str, str],
    notes: tuple[str, ...],
) -> Corpus:
    calls: dict[str, Call] = {}
    listed = _list(told, "calls")
    if len(listed) > MOST_CALLS:
        raise _Malformed(f"{len(listed)} calls")
    for item in listed:
        call = _call(_of(item, dict), blobs)
        calls[call.id] = call
    if told.get("sampled") is True:
        notes = (*notes, "there were too many calls to record them all: a sample was kept")
    unkept = {reason: _whole(count, 1) for reason, count in _mapping(told, "unkept").items()}
    return Corpus(
        target=target,
        calls=tuple(calls.values()),
        reached_by=tuple(_strings(told, "reached_by")),
        unkept=unkept,
        in_test=tuple(_strings(told, "in_test")),
        failing_tests=dict(failing),
        total_calls=_whole(told.get("total_calls"), 0),
        facts={"parameters": _parameters(_mapping(told, "parameters"))},
        notes=notes,
    )


def _call(told: dict[str, Any], blobs: Sequence[bytes]) -> Call:
    number = _whole(told.get("blob"), 0)
    if number >= len(blobs):
        raise _Malformed("a payload is missing")
    payload = blobs[number]
    identity = hashlib.sha256(payload).hexdigest()
    if told.get("id") != identity:
        raise _Malformed("a payload's hash is wrong")
    grade = told.get("grade")
    if grade not in RECORDED_GRADES:
        raise _Malformed(f"the grade {str(grade)[:40]!r} is not one of a recorded call")
    seconds = told.get("seconds")
    if not isinstance(seconds, (int, float)) or not math.isfinite(seconds) or seconds < 0:
        raise _Malformed("a call's time is no time")
    size = told.get("size")
    return Call(
        id=identity,
        payload=payload,
        grade=Grade(grade),
        origin=_text(told, "origin"),
        count=_whole(told.get("count"), 1),
        seconds=float(seconds),
        size=None if size is None else _whole(size, 0),
    )


def _parameters(told: Mapping[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for name, facts in told.items():
        lengths = _of(facts, dict).get("lengths")
        if lengths is not None:
            lengths = [_whole(length, 0) for length in _of(lengths, list)]
            if len(lengths) != 3:
                raise _Malformed("lengths are not least, median and most")
        hashable = facts.get("hashable")
        parameters[name] = {
            "types": _strings(facts, "types"),
            "lengths": lengths,
            "element_types": _strings(facts, "element_types"),
            "hashable": hashable if isinstance(hashable, bool) else None,
        }
    return parameters


def _of(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise _Malformed(f"{kind.__name__} expected, {type(value).__name__} found")
    return value


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    found: list[Any] = _of(data.get(name), list)
    return found


def _mapping(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = _of(data.get(name, {}), dict)
    if len(found) > MOST_TESTS:
        raise _Malformed(f"{name} has {len(found)} entries")
    return found


def _text(data: Mapping[str, Any], name: str) -> str:
    found: str = _of(data.get(name, ""), str)
    return found[:LONGEST_TEXT]


def _texts(data: Mapping[str, Any], name: str) -> dict[str, str]:
    return {key: _of(value, str)[:LONGEST_TEXT] for key, value in _mapping(data, name).items()}


def _strings(data: Mapping[str, Any], name: str) -> list[str]:
    found = _of(data.get(name, []), list)
    if len(found) > MOST_TESTS:
        raise _Malformed(f"{name} has {len(found)} entries")
    return [_of(item, str)[:LONGEST_TEXT] for item in found]


def _whole(value: Any, least: int) -> int:
    if type(value) is not int or not least <= value <= 2**62:
        raise _Malformed("a count is no count")
    return value
