"""Tables of a pull request: what a record says stays in its cell."""

import pytest

from codeflash_core.pulls.writing import evidence_table
from codeflash_core.records.results_tsv import Row, RowStatus

HOSTILE = "a.py::f[x|`y`|\\|@team]"


@pytest.fixture
def row():
    return Row(
        1, "c" * 40, HOSTILE, "cpu", "structure", "cpu", "ns/call", 10.0, 5.0, 2.0, 1.9, 2.1, 0.99, RowStatus.KEEP,
        "6 blocks", "use `a|b` | @team #1", "2026-11-28T12:00:00Z", "run", "bench1",
    )  # fmt: skip


def bars(page):
    return [line.count("|") for line in page.splitlines() if line.startswith("|")]


def test_a_name_adds_no_column_to_the_evidence(row):
    assert bars(evidence_table([row])) == [6, 6, 6]
