"""Reads what earlier runs on a project have recorded, whichever door began them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from attrs import field, frozen

from codeflash_core.errors import CodeflashError
from codeflash_core.model.run import RunReport
from codeflash_core.records.fingerprint import measured_sha256
from codeflash_core.records.reading import read_inputs, read_profile, read_report
from codeflash_core.records.runs import JOURNAL, Runs
from codeflash_lsp.evidence.known import Known
from codeflash_syntax.recent import Recent

_log = logging.getLogger(__name__)
MOST_RUNS = 40
"""Most runs of a project that are looked at."""


@frozen
class Recorded:
    """What the records tell of a project.

    Attributes:
        results: The newest answer for each target, by its id.
        shares: Part of the time of the newest profile, by target id.
    """

    results: Mapping[str, Known] = field(factory=dict)
    shares: Mapping[str, float] = field(factory=dict)


def recorded(root: Path) -> Recorded:
    """What the records tell of a project. To be called in a thread.

    A run that can't be read is passed over: another version may have written it.

    Args:
        root: The project's folder.
    """
    results: dict[str, Known] = {}
    shares: Mapping[str, float] | None = None
    try:
        for number, folder in enumerate(Runs().of_project(root)):
            if number == MOST_RUNS:
                break
            told = _KEPT.get((folder, _stamp(folder)), partial(_told, folder, root))
            for name, known in told.results.items():
                results.setdefault(name, known)
            shares = told.shares if shares is None else shares
    except CodeflashError as problem:
        _log.warning("the records of %s can't be read: %s", root, problem.message)
    return Recorded(results, shares or {})


def known_of(report: RunReport, folder: Path, root: Path) -> Iterator[Known]:
    """What a run found, one answer a target.

    Args:
        report: The run's report.
        folder: Where it is recorded.
        root: The project's folder.
    """
    inputs = read_inputs(folder)
    files = measured_sha256(inputs.files) if inputs else {}
    for result in report.results:
        path, _, function = result.target.partition("::")
        yield Known(
            report.run,
            report.command,
            report.started,
            root,
            path,
            function,
            result,
            files,
            tuple(f"not confined: {line}" for line in report.unconfined),
        )


@frozen
class _Told:
    """What one run's record tells.

    Attributes:
        results: The answers, by target id.
        shares: Part of the time of its profile, by target id; None where it made none.
    """

    results: Mapping[str, Known]
    shares: Mapping[str, float] | None


KEPT_CHARACTERS = 32_000_000
"""About so many characters of records are remembered, over all projects."""
_FILE_CHARACTERS = 150
"""What one file's path and digest weigh."""


def _weight(_: object, told: _Told) -> int:
    found = 1_000
    for known in told.results.values():
        result = known.result
        found += sum(map(len, result.original.values())) + _FILE_CHARACTERS * len(known.files)
        for attempt in (*result.attempts, *([result.best] if result.best else [])):
            found += len(attempt.diff) + sum(len(text or "") for text in attempt.candidate.files.values())
    return found


_KEPT: Recent[tuple[Path, tuple[int, int]], _Told] = Recent(KEPT_CHARACTERS, _weight)
"""Records that were read, for as long as their journals stay as they were."""


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        status = (folder / JOURNAL).stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def _told(folder: Path, root: Path) -> _Told:
    results = {f"{known.path}::{known.function}": known for known in _known_of(folder, root)}
    return _Told(results, _shares_of(folder))


def _known_of(folder: Path, root: Path) -> list[Known]:
    try:
        report = read_report(folder)
        return list(known_of(report, folder, root)) if report is not None and report.timed else []
    except CodeflashError as problem:
        _log.info("run %s is passed over: %s", folder.name, problem.message)
        return []


def _shares_of(folder: Path) -> dict[str, float] | None:
    try:
        profile = read_profile(folder)
    except CodeflashError:
        return None
    return {each.target.id: each.share for each in profile.ranked} if profile is not None else None
