"""Adds results to a case: the raw file first, under its own hash, then a row for each thing measured."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from codeflash_core.cases.results import Result, read_results
from codeflash_core.errors import UsageError
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.results_tsv import Row, RowStatus, append_made, read_rows

RAW_PREFIX = "raw:"
"""How the column ``run`` names raw data: their hash follows."""


@frozen
class Recorded:
    """What a recording says beside the figures.

    Attributes:
        technique: The category of the change.
        description: What was done.
        domain: Which kind of cost: ``cpu``, ``memory``, ``import``...
        moment: ISO 8601 time, UTC.
    """

    technique: str
    description: str
    domain: str
    moment: str


def raw_folder(place: CasePlace) -> Path:
    """Where raw data lie."""
    return place.results.parent / "raw"


def record(place: CasePlace, contents: Sequence[bytes], told: Recorded) -> tuple[Row, ...]:
    """Add results; rows that stand there already are not written again, and none is ever changed.

    Args:
        place: The case.
        contents: Files of results, as :func:`read_results` takes them.
        told: What else the rows say.

    Raises:
        UsageError: A file is no result, or the records were damaged; nothing is written.
        StageError: They can't be written.
    """
    results = read_results(contents)
    if not results:
        raise UsageError("the result holds no figure", "Nothing in it was measured to an interval.")
    read_rows(place.results)  # Damaged records are told before anything is written.
    name = raw_name(contents)
    for number, content in enumerate(contents):
        replace_file(raw_folder(place) / raw_file(name, number), content)

    def made(known: tuple[Row, ...]) -> tuple[Row, ...]:
        if any(row.run == RAW_PREFIX + name for row in known):
            return ()
        number = max((row.iteration for row in known), default=0) + 1
        return tuple(row_of(result, name, number, told) for result in results)

    append_made(place.results, made)
    return tuple(row for row in read_rows(place.results) if row.run == RAW_PREFIX + name)


def read_raw(place: CasePlace, row: Row) -> tuple[Result, ...]:
    """What the raw data behind a row say; none where it names none.

    Raises:
        UsageError: They are missing, were changed, or can't be read.
    """
    if not row.run.startswith(RAW_PREFIX):
        return ()
    name = row.run.removeprefix(RAW_PREFIX)
    files = [raw_folder(place) / raw_file(name, number) for number in (0, 1)]
    try:
        contents = [path.read_bytes() for path in files if path.is_file()]
    except OSError as problem:
        raise UsageError(f"can't read the raw data {name}: {problem.strerror}") from problem
    if not contents or raw_name(contents) != name:
        raise UsageError(
            f"the raw data {name} of row {row.iteration} {'were changed' if contents else 'are missing'}",
            "See what is wrong: codeflash case check",
        )
    return read_results(contents)


def raw_name(contents: Sequence[bytes]) -> str:
    """The hash under which files of one result lie."""
    digest = hashlib.sha256()
    for content in contents:
        digest.update(f"{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def raw_file(name: str, number: int) -> str:
    """The name of one file of a result."""
    return f"{name}.json" if number == 0 else f"{name}-{number + 1}.json"


def row_of(result: Result, name: str, iteration: int, told: Recorded) -> Row:
    """The row that a result makes; the same result makes the same row."""
    versions = f"{result.base[:10]}..{result.head[:10]}, " if result.base else ""
    return Row(
        iteration=iteration,
        commit=result.head,
        target=result.target,
        domain=told.domain,
        technique=told.technique,
        metric=result.metric,
        unit=result.unit,
        before=result.before,
        after=result.after,
        speedup=result.speedup,
        low=result.low,
        high=result.high,
        level=result.level,
        status=RowStatus.KEEP if result.gain else RowStatus.DISCARD,
        evidence=versions + result.evidence,
        description=told.description,
        recorded=told.moment,
        run=RAW_PREFIX + name,
        machine=result.machine,
    )
