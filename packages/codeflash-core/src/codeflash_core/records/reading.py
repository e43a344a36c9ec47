"""What the journal of a run holds: how it began, what was finished, what it found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import evolve, field, frozen

from codeflash_core.errors import UsageError
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.ports.language import Profile
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.fingerprint import Fingerprint, read_fingerprint
from codeflash_core.records.journal import read_entries
from codeflash_core.records.runs import JOURNAL


@frozen
class Past:
    """What a run has behind it.

    Attributes:
        header: How it began; empty when it did not.
        inputs: What it depends on, as it was recorded; empty when it did not get so far.
        finished: Results of its finished steps by name, as JSON.
        seconds: Time that each of them took.
        ended: Whether it came to its end.
        requests: The lines of its cost ledger.
    """

    header: Mapping[str, Any] = field(factory=dict)
    inputs: Mapping[str, Any] = field(factory=dict)
    finished: dict[str, Any] = field(factory=dict)
    seconds: dict[str, float] = field(factory=dict)
    ended: bool = False
    requests: tuple[Mapping[str, Any], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the command that began it."""
        return tuple(map(str, self.header.get("arguments", ())))


def read_past(folder: Path) -> Past:
    """What the run in a folder has behind it.

    Raises:
        UsageError: The journal is damaged, or of another version.
    """
    past = Past()
    requests: list[Mapping[str, Any]] = []
    for entry in read_entries(folder / JOURNAL):
        match entry["kind"]:
            case "header":
                past = evolve(past, header=entry)
            case "inputs":
                past = evolve(past, inputs=entry)
            case "step":
                past.finished[entry["name"]] = entry["value"]
                past.seconds[entry["name"]] = float(entry.get("seconds", 0.0))
            case "request":
                requests.append(entry)
            case "end":
                past = evolve(past, ended=past.ended or "value" in entry)
    return evolve(past, requests=tuple(requests))


def read_report(folder: Path, kind: str = "end") -> RunReport | None:
    """The report of a run; None when there is none.

    Args:
        folder: The run's folder.
        kind: ``end`` for that of a run that has ended, ``report`` for what was found, delivered or not.

    Raises:
        UsageError: The journal is damaged, or the report was written by another version.
    """
    value: Any = None
    for entry in read_entries(folder / JOURNAL):
        if entry["kind"] == kind:
            value = entry.get("value", value)
    if value is None:
        return None
    try:
        found = make_converter(BlobStore(folder / "blobs")).structure(value, RunReport)
    except (cattrs.BaseValidationError, KeyError, TypeError, ValueError) as problem:
        raise UsageError(
            f"the report of run {folder.name} can't be read by this version of codeflash",
            "Use the version that wrote it, or start a new run.",
        ) from problem
    return evolve(found, results=tuple(map(_with_best_among, found.results)))


def read_profile(folder: Path) -> Profile | None:
    """Where the workload of a run spent its time; None where it was not profiled.

    Raises:
        UsageError: The journal is damaged, or of another version.
    """
    value = read_past(folder).finished.get("profile")
    if value is None:
        return None
    try:
        return make_converter().structure(value, Profile)
    except (cattrs.BaseValidationError, KeyError, TypeError, ValueError) as problem:
        raise UsageError(
            f"the profile of run {folder.name} can't be read by this version of codeflash",
            "Use the version that wrote it, or start a new run.",
        ) from problem


def read_inputs(folder: Path) -> Fingerprint | None:
    """What the results of a run rest on; None where it did not get so far.

    Raises:
        UsageError: The journal is damaged, or of another version.
        StageError: What was stored with it is missing or damaged.
    """
    entry = read_past(folder).inputs
    return read_fingerprint(entry, BlobStore(folder / "blobs")) if entry else None


def words_of(folder: Path) -> tuple[tuple[str, ...], str]:
    """The words of the command that began a run, and the folder it was given in.

    Raises:
        UsageError: The journal has no beginning.
    """
    past = read_past(folder)
    if not past.words:
        raise UsageError(f"run {folder.name} has no beginning to resume from", "Start a new run.")
    return past.words, str(past.header.get("cwd", "."))


def _with_best_among(result: TargetResult) -> TargetResult:
    """The result whose best attempt is again one of its attempts, and not merely equal to it."""
    return evolve(result, best=next((each for each in result.attempts if each == result.best), result.best))
