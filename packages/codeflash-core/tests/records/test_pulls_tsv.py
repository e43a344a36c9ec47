import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.records.pulls_tsv import PullKind, PullRow, append_pull, read_pulls

ROW = PullRow(
    PullKind.CHANGE, "acme/shop", 12, "https://github.test/acme/shop/pull/12", "perf/set", "c0ffee", 3,
    "Look\tarticles up", "2026-11-28T12:00:00Z",
)  # fmt: skip


def test_pull_requests_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "data/pulls.tsv"
    append_pull(path, ROW)
    append_pull(path, evolve(ROW, kind=PullKind.STACK, branch="perf/all"))
    assert read_pulls(path) == (ROW, evolve(ROW, kind=PullKind.STACK, branch="perf/all"))
    assert path.read_text().startswith("# codeflash pulls, schema 1\nkind\trepository\tnumber\t")


def test_the_same_thing_is_recorded_once_whenever_it_is_told(tmp_path):
    path = tmp_path / "pulls.tsv"
    append_pull(path, ROW)
    append_pull(path, evolve(ROW, recorded="2026-11-29T12:00:00Z"))
    append_pull(path, evolve(ROW, commit="beef"))
    assert [row.commit for row in read_pulls(path)] == ["c0ffee", "beef"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace("\t12\t", "\ttwelve\t"), ":3: invalid literal"),
        (lambda text: text.replace("\t12\t", "\t0\t"), ":3: a pull request is counted from 1"),
        (lambda text: text.replace("change\tacme", "charge\tacme"), ":3: 'charge' is not"),
        (lambda text: text + "change\thalf", ":4: it has 2 fields, not 9"),
        (lambda text: text.replace("schema 1", "schema 2"), "not of schema 1"),
        (lambda text: text.replace("kind\t", "sort\t"), ":2: the names of the columns"),
    ],
)
def test_a_file_changed_by_hand_is_named_by_line_and_not_touched(tmp_path, damage, message):
    path = tmp_path / "pulls.tsv"
    append_pull(path, ROW)
    path.write_text(damage(path.read_text()))
    before = path.read_bytes()
    for attempt in (lambda: read_pulls(path), lambda: append_pull(path, ROW)):
        with pytest.raises(UsageError, match=message):
            attempt()
    assert path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from codeflash_core.records.pulls_tsv import PullKind, PullRow, append_pull
path, who = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(1, 60):
    append_pull(path, PullRow(PullKind.CHANGE, "acme/shop", number, "", who, "", 1, "ä" * 200, ""))
"""


def test_two_people_at_once_lose_nothing(at_once, tmp_path):
    path = tmp_path / "pulls.tsv"
    at_once(WRITER, path, ("ada", "bob"))
    for who in ("ada", "bob"):
        assert [row.number for row in read_pulls(path) if row.branch == who] == list(range(1, 60))
