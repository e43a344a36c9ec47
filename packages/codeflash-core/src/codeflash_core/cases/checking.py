"""Does a case say only what its records say, and do the records say what the raw data say?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from codeflash_core.cases.prose import Prose, read_prose
from codeflash_core.cases.recording import RAW_PREFIX, Recorded, raw_file, raw_folder, raw_name, row_of
from codeflash_core.cases.results import read_results
from codeflash_core.cases.study import PLOT, SUMMARY, interval_of, plot_of, shown, summary_page
from codeflash_core.errors import UsageError
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import Row, read_rows
from codeflash_core.reports import figures

FROM_RAW = (
    "speedup",
    "low",
    "high",
    "level",
    "before",
    "after",
    "unit",
    "metric",
    "status",
    "commit",
    "machine",
)
"""Columns that the raw data decide; the wording of the evidence may change from version to version."""
_CLAIM = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s?(x\b|times\b|%|ns\b|µs\b|us\b|ms\b|s\b|seconds\b|milliseconds\b|X\b|×|-fold\b)"
)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def check_case(place: CasePlace, study: Path, data: str) -> tuple[str, ...]:
    """All that does not hold, a sentence each; empty when everything does.

    Args:
        place: The case.
        study: The folder of its case study.
        data: Link from the case study to the records.

    Raises:
        UsageError: The records or the text can't be read.
    """
    rows, prose = read_rows(place.results), read_prose(place.folder / "case.md")
    found = [*_rows_against_raw(place, rows), *_orphans(place, rows), *_numbers(prose, rows)]
    for name, wanted in ((SUMMARY, summary_page(prose, rows, data)), (PLOT, plot_of(rows))):
        path = study / name
        if not path.is_file():
            found.append(f"{name} is missing: codeflash case build writes it")
        elif path.read_bytes() != wanted.encode():
            found.append(f"{name} is not what the records give, from {_difference(path, wanted)} on")
    return tuple(found)


def _rows_against_raw(place: CasePlace, rows: Sequence[Row]) -> Iterator[str]:
    """Each row with a figure is made anew from its raw data, and has to be the same."""
    for row in rows:
        if row.speedup is None:
            continue
        where = f"row {row.iteration} ({row.target})"
        if not row.run.startswith(RAW_PREFIX):
            yield f"{where} names no raw data"
            continue
        name = row.run.removeprefix(RAW_PREFIX)
        files = [raw_folder(place) / raw_file(name, number) for number in (0, 1)]
        contents = [path.read_bytes() for path in files if path.is_file()]
        if not contents:
            yield f"{where}: the raw data {name} are missing"
            continue
        if raw_name(contents) != name:
            yield f"{where}: the raw data {name} were changed"
            continue
        told = Recorded(row.technique, row.description, row.domain, row.recorded)
        try:
            made = [row_of(each, name, row.iteration, told) for each in read_results(contents)]
        except UsageError as problem:
            yield f"{where}: the raw data can't be read: {problem.message}"
            continue
        alike = [each for each in made if each.target == row.target]
        if not alike:
            yield f"{where}: the raw data say nothing of it"
            continue
        differing = [name for name in FROM_RAW if getattr(alike[0], name) != getattr(row, name)]
        if differing:
            yield f"{where}: the raw data give another {' and '.join(differing)}"


def _orphans(place: CasePlace, rows: Sequence[Row]) -> Iterator[str]:
    """Raw data of which no row tells: a row was taken out."""
    named = {row.run.removeprefix(RAW_PREFIX) for row in rows}
    folder = raw_folder(place)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        name = path.stem.partition("-")[0]
        if name not in named:
            yield f"the raw data {name} have no row: rows are never taken out"
    for name in named:
        files = [folder / raw_file(name, number) for number in (0, 1)]
        contents = [path.read_bytes() for path in files if path.is_file()]
        if not contents or raw_name(contents) != name:
            continue
        told = {row.target for row in rows if row.run == RAW_PREFIX + name}
        try:
            results = read_results(contents)
        except UsageError:
            continue  # Its rows are told of already.
        for result in results:
            if result.target not in told:
                yield f"the raw data {name} tell of {result.target}, and no row does: rows are never taken out"


def _numbers(prose: Prose, rows: Sequence[Row]) -> Iterator[str]:
    """Figures in the text that no row has: a ratio, a time, a percentage."""
    for heading, text in (("the title", prose.title), *prose.sections.items()):
        for claim in unfounded(text, rows):
            yield f"{heading}: no row says {claim!r}"


def unfounded(text: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """The figures in a text that no row has: a ratio, a time, a percentage; code in fences is passed over.

    Args:
        text: What somebody wrote.
        rows: The rows that it may quote.
    """
    known = {_plain(each) for row in rows for each in _figures(row)}
    return tuple(
        claim[0] for claim in _CLAIM.finditer(_FENCED.sub("", text)) if _plain(claim[0]) not in known
    )


def _figures(row: Row) -> Iterator[str]:
    """The ways in which a row's figures may be quoted."""
    interval = interval_of(row)
    if interval is not None:
        for value in (interval.point, interval.low, interval.high):
            yield f"{figures.ratio(value)}x"
            yield f"{value:.1f}x"
        yield figures.percent(interval.level, 3)
    yield from (shown(figure, row.unit) for figure in (row.before, row.after) if figure is not None)


def _plain(figure: str) -> str:
    for long, short in (
        ("milliseconds", "ms"),
        ("seconds", "s"),
        ("times", "x"),
        ("us", "µs"),
        (",", ""),
        (" ", ""),
    ):
        figure = figure.replace(long, short)
    return figure


def _difference(path: Path, wanted: str) -> str:
    there = path.read_text(encoding="utf-8", errors="replace").split("\n")
    for number, (one, other) in enumerate(zip(there, wanted.split("\n"), strict=False), 1):
        if one != other:
            return f"line {number}"
    return f"line {min(len(there), wanted.count(chr(10)) + 1) + 1}"
