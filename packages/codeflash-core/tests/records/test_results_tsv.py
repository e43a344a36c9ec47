"""Rows come back as they were written, whoever else writes; nothing on the disk is ever lost."""

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.errors import UsageError
from codeflash_core.records.results_tsv import COLUMNS, TITLE, Row, RowStatus, append_rows, read_rows

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FIGURES = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
ROWS = st.builds(
    Row,
    iteration=st.integers(0, 10**6),
    **dict.fromkeys(("commit", "target", "domain", "technique", "metric", "unit"), TEXTS),
    **dict.fromkeys(("before", "after", "speedup", "low", "high", "level"), FIGURES),
    status=st.sampled_from(RowStatus),
    **dict.fromkeys(("evidence", "description", "recorded", "run", "machine"), TEXTS),
)
ROW = Row(
    1, "c0ffee", "a.py::f", "cpu", "caching", "cpu", "ns/call", 1500.0, 750.0, 2.0, 1.9, 2.1, 0.999,
    RowStatus.KEEP, "12 calls", "a set", "2026-01-31T12:00:00Z", "run", "2 cores",
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(ROWS, max_size=6, unique_by=repr))
def test_rows_come_back_as_they_were_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("results") / "results.tsv"
    for row in rows:
        append_rows(path, [row])
    assert read_rows(path) == tuple(rows)


def test_the_file_begins_with_schema_and_columns(tmp_path):
    append_rows(tmp_path / "data/results.tsv", [ROW])
    title, header, row = (tmp_path / "data/results.tsv").read_text().splitlines()
    assert title == TITLE == "# codeflash results, schema 1"
    assert header.split("\t") == list(COLUMNS)
    assert len(COLUMNS) == 19
    assert row.split("\t")[:4] == ["1", "c0ffee", "a.py::f", "cpu"]


def test_what_stands_there_is_only_added_to(tmp_path):
    path = tmp_path / "results.tsv"
    append_rows(path, [ROW])
    before = path.read_bytes()
    append_rows(path, [evolve(ROW, iteration=2, description="tab\there\nand a line\\n")])
    assert path.read_bytes().startswith(before)
    assert read_rows(path)[1].description == "tab\there\nand a line\\n"


def test_a_row_is_written_once(tmp_path):
    path = tmp_path / "results.tsv"
    append_rows(path, [ROW])
    append_rows(path, [ROW])
    assert read_rows(path) == (ROW,)


def test_a_last_line_without_its_end_is_finished_first(tmp_path):
    path = tmp_path / "results.tsv"
    append_rows(path, [ROW])
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_rows(path, [evolve(ROW, iteration=2)])
    assert [row.iteration for row in read_rows(path)] == [1, 2]


def test_line_ends_of_windows_are_read(tmp_path):
    path = tmp_path / "results.tsv"
    append_rows(path, [ROW])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_rows(path) == (ROW,)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace("schema 1", "schema 2"), "not of schema 1"),
        (lambda text: text.replace("iteration\t", "number\t"), ":2: the names of the columns"),
        (lambda text: text + "3\thalf a row", ":4: it has 2 fields, not 19"),
        (lambda text: text.replace("\tkeep\t", "\tmaybe\t"), ":3: 'maybe' is not"),
        (lambda text: text.replace("1500.0", "fast"), ":3: could not convert"),
        (lambda text: text.replace("1500.0", "nan"), ":3: before is nan"),
        (lambda text: "", None),
    ],
    ids=["schema", "columns", "torn", "status", "figure", "nan", "empty"],
)
def test_a_damaged_file_is_named_by_line_and_not_touched(tmp_path, damage, message):
    path = tmp_path / "results.tsv"
    append_rows(path, [ROW])
    path.write_text(damage(path.read_text()))
    before = path.read_bytes()
    if message is None:
        append_rows(path, [ROW])
        assert read_rows(path) == (ROW,)
        return
    for attempt in (lambda: read_rows(path), lambda: append_rows(path, [ROW])):
        with pytest.raises(UsageError, match=message):
            attempt()
    assert path.read_bytes() == before


def test_letters_that_are_no_utf8_are_named(tmp_path):
    path = tmp_path / "results.tsv"
    append_rows(path, [ROW])
    path.write_bytes(path.read_bytes() + b"\xff\n")
    with pytest.raises(UsageError, match=":4: it is no UTF-8"):
        read_rows(path)


def test_a_figure_is_finite():
    with pytest.raises(ValueError, match="low is inf"):
        evolve(ROW, low=float("inf"))


def test_no_file_has_no_rows(tmp_path):
    assert read_rows(tmp_path / "results.tsv") == ()


WRITER = """
import sys
from pathlib import Path
from attrs import evolve
from codeflash_core.records.results_tsv import Row, RowStatus, append_rows
path, who = Path(sys.argv[1]), sys.argv[2]
row = Row(0, "", "a.py::f", "cpu", who, "cpu", "ns/call", *[None] * 6, RowStatus.DISCARD, "", "ä" * 200, "", "", "")
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    append_rows(path, [evolve(row, iteration=number)])
"""


def test_two_processes_at_once_lose_no_row(at_once, tmp_path):
    path = tmp_path / "data" / "results.tsv"
    at_once(WRITER, path, ("one", "other"))
    rows = read_rows(path)
    for who in ("one", "other"):
        assert [row.iteration for row in rows if row.technique == who] == list(range(200))
    assert len(rows) == 400
