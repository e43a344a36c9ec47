"""Ten lies, each planted by itself."""

import json

import pytest

from codeflash_core.cases.checking import check_case
from codeflash_core.cases.study import PLOT, SUMMARY


def raw_files(case):
    return sorted((case.place.results.parent / "raw").glob("*.json"))


def raw_of(case, name):
    return next(path for path in raw_files(case) if name in path.read_text())


LIES = {
    "another ratio in the summary": (
        lambda case: case.change(case.study / SUMMARY, "2.00x [1.90", "3.00x [2.90"),
        "summary.md is not what the records give, from line 15 on",
    ),
    "a claim in the text": (
        lambda case: case.change(case.text, "1.90x at least", "2.50x at least"),
        "What was done: no row says '2.50x'",
    ),
    "a boast in the title": (
        lambda case: case.change(case.text, "# words counts more quickly", "# words is 50-fold faster"),
        "the title: no row says '50-fold'",
    ),
    "a time in the text": (
        lambda case: case.change(case.text, "20.0 µs", "25 ms"),
        "What was slow: no row says '25 ms'",
    ),
    "a better bound in the row": (
        lambda case: case.change(case.place.results, "\t1.9\t", "\t1.99\t"),
        "row 1 (test_count): the raw data give another low",
    ),
    "a discarded change that was kept": (
        lambda case: case.change(case.place.results, "\tdiscard\t", "\tkeep\t"),
        "row 2 (test_other): the raw data give another status",
    ),
    "another commit": (
        lambda case: case.change(case.place.results, "\t" + "b" * 40 + "\ttest_count", "\t" + "c" * 40 + "\ttest_count"),
        "row 1 (test_count): the raw data give another commit",
    ),
    "another machine": (
        lambda case: case.change(case.place.results, "Linux 6, EPYC, 2", "Linux 6, EPYC, 64"),
        "the raw data give another machine",
    ),
    "raw data that were edited": (
        lambda case: raw_of(case, "test_count").write_bytes(
            raw_of(case, "test_count").read_bytes().replace(b'"point": 2.0', b'"point": 4.0')
        ),
        "were changed",
    ),
    "raw data that are gone": (
        lambda case: raw_of(case, "test_count").unlink(),
        "are missing",
    ),
    "a row that was taken out": (
        lambda case: case.place.results.write_text(
            "".join(line for line in case.place.results.read_text().splitlines(keepends=True) if "test_other" not in line)
        ),
        "have no row: rows are never taken out",
    ),
    "a plot of other figures": (
        lambda case: case.change(case.study / PLOT, "2.00", "2.90"),
        "speedups.svg is not what the records give",
    ),
    "a row without raw data": (
        lambda case: case.change(case.place.results, "\traw:", "\trun-"),
        "names no raw data",
    ),
}  # fmt: skip


def test_a_case_that_says_what_was_recorded_holds(case):
    assert check_case(case.place, case.study, case.data) == ()


@pytest.mark.parametrize("lie", LIES)
def test_a_planted_lie_is_caught(case, lie):
    plant, told = LIES[lie]
    plant(case)
    if lie not in ("another ratio in the summary", "a plot of other figures"):
        case.build()  # The summary follows the lie, so that nothing but the records can give it away.
    found = check_case(case.place, case.study, case.data)
    assert any(told in each for each in found), found


def test_a_result_of_which_only_one_row_was_taken_out_is_told(place, told, case, document, as_bytes):
    both = document()
    both["rows"][1] = {**both["rows"][0], "benchmark": "test_more"}
    from codeflash_core.cases.recording import record

    record(place, [as_bytes(both)], told)
    lines = place.results.read_text().splitlines(keepends=True)
    place.results.write_text("".join(line for line in lines if "test_more" not in line))
    case.build()
    (found,) = check_case(place, case.study, case.data)
    assert "tell of test_more, and no row does" in found


def test_a_study_that_was_never_built_is_told(case):
    (case.study / PLOT).unlink()
    assert check_case(case.place, case.study, case.data) == (
        "speedups.svg is missing: codeflash case build writes it",
    )


def test_it_is_built_byte_for_byte_again(case):
    before = {path.name: path.read_bytes() for path in case.study.iterdir()}
    case.build()
    assert {path.name: path.read_bytes() for path in case.study.iterdir()} == before
    assert json.loads(raw_files(case)[0].read_bytes())
