import multiprocessing
import tempfile
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeflash_core.cases.recording import Recorded, record
from codeflash_core.errors import UsageError
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import read_rows

WORDS = st.text(max_size=30).filter(lambda text: text.isprintable() or "\n" in text or "\t" in text)


def test_rows_are_numbered_and_the_raw_data_kept_as_they_came(place, told, document, as_bytes):
    first, second = as_bytes(document()), as_bytes(document(3.0))
    (one,) = record(place, [first], told)
    (two,) = record(place, [second], told)
    assert (one.iteration, two.iteration) == (1, 2)
    assert read_rows(place.results) == (one, two)
    kept = place.results.parent / "raw" / f"{one.run.removeprefix('raw:')}.json"
    assert kept.read_bytes() == first


def test_the_same_result_is_recorded_once(place, told, document, as_bytes):
    content = as_bytes(document())
    rows = record(place, [content], told)
    assert record(place, [content], evolve(told, moment="2030-01-01T00:00:00Z")) == rows
    assert read_rows(place.results) == rows


def test_a_result_without_a_figure_is_refused_and_nothing_is_written(place, told, document, as_bytes):
    empty = {**document(), "rows": []}
    with pytest.raises(UsageError, match="holds no figure"):
        record(place, [as_bytes(empty)], told)
    assert not place.folder.exists()


def test_records_that_were_damaged_by_hand_are_refused_and_stay(place, told, document, as_bytes):
    record(place, [as_bytes(document())], told)
    damaged = place.results.read_text().replace("\tkeep\t", "\tmaybe\t")
    place.results.write_text(damaged)
    with pytest.raises(UsageError, match=r"results\.tsv:3"):
        record(place, [as_bytes(document(3.0))], told)
    assert place.results.read_text() == damaged


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(point=st.floats(1e-6, 1e6), name=WORDS, description=WORDS)
def test_what_is_recorded_reads_back_the_same(document, as_bytes, point, name, description):
    with tempfile.TemporaryDirectory() as folder:
        place = CasePlace(Path(folder), "ada", "org", "words")
        told = Recorded("set", description, "cpu", "2026-11-28T12:00:00Z")
        rows = record(place, [as_bytes(document(point, name))], told)
        assert read_rows(place.results) == rows


def _record(root, number, contents):
    for content in contents:
        told = Recorded("set", f"writer {number}", "cpu", "2026-11-28T12:00:00Z")
        record(CasePlace(root, "ada", "org", "words"), [content], told)


@pytest.mark.slow
def test_people_who_record_at_once_lose_nothing(tmp_path, document, as_bytes):
    contents = [[as_bytes(document(2.0 + number + each / 100)) for each in range(12)] for number in range(4)]
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=_record, args=(tmp_path, n, each)) for n, each in enumerate(contents)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    rows = read_rows(CasePlace(tmp_path, "ada", "org", "words").results)
    assert len(rows) == len({row.run for row in rows}) == 48
    assert len({row.iteration for row in rows}) == 48
