"""The built page of a case: what a record says stays in its cell."""

from codeflash_core.cases.prose import Prose
from codeflash_core.cases.study import HEADINGS, summary_page
from codeflash_core.records.results_tsv import Row, RowStatus

ROW = Row(
    1, "c" * 40, "a.py::f[x|`y`|\\|@team]", "cpu", "structure", "cpu", "ns/call", 10.0, 5.0, 2.0, 1.9, 2.1, 0.99,
    RowStatus.KEEP, "6 blocks", "use a set", "2026-11-28T12:00:00Z", "run", "bench1",
)  # fmt: skip


def test_a_name_adds_no_column_to_the_results():
    page = summary_page(Prose("Shop", dict.fromkeys(HEADINGS, "Text.")), [ROW], "results.tsv")
    assert [line.count("|") for line in page.splitlines() if line.startswith("|")] == [7, 7, 7]
