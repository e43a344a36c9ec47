import pytest
from attrs.exceptions import FrozenInstanceError

from codeflash_core.model.candidate import candidate_id, unified_diff
from codeflash_core.model.comparison import Interval
from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.side import Side
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import (
    Counterexample,
    Different,
    Evidence,
    Fault,
    Same,
    Undecided,
    verdict_word,
)


def test_equal_changes_of_equal_bases_have_equal_ids() -> None:
    assert candidate_id({"a": "1", "b": "2"}, {"a": "x"}) == candidate_id({"b": "2", "a": "1"}, {"a": "x"})
    others = [
        ({"a": "2"}, {"a": "x"}),
        ({"a": "1"}, {"a": "y"}),
        ({"b": "1"}, {"b": "x"}),
        ({"a": "1"}, {"a": ""}),
    ]
    ids = {candidate_id({"a": "1"}, {"a": "x"}), *(candidate_id(*other) for other in others)}
    assert len(ids) == 5


def test_a_patch_names_new_and_deleted_files_and_missing_line_ends() -> None:
    diff = unified_diff(
        {"a.py": "x\ny", "gone.py": "z\n"}, {"a.py": "x\nY", "gone.py": None, "new.py": "n\n"}
    )
    assert "--- a/a.py\n+++ b/a.py\n" in diff
    assert "-y\n\\ No newline at end of file\n+Y\n\\ No newline at end of file\n" in diff
    assert "--- a/gone.py\n+++ /dev/null\n" in diff
    assert "--- /dev/null\n+++ b/new.py\n" in diff
    assert unified_diff({"a.py": "x\n"}, {"a.py": "x\n"}) == ""


def test_a_side_is_known_by_its_content() -> None:
    assert Side.of({}) == Side()
    assert Side.of({"a": b"1", "b": None}).id == Side.of({"b": None, "a": b"1"}).id
    different = [
        {"a": b"1"},
        {"a": None},
        {"a": b""},
        {"b": b"1"},
        {"a": b"1", "b": b""},
        {"a": b"1", "b": None},
    ]
    assert len({Side.of(changes).id for changes in different}) == len(different)


def test_values_don_t_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Side().id = "other"  # type: ignore[misc]


def test_an_interval_reads_as_people_write_it() -> None:
    assert str(Interval(1.8251, 1.79, 1.884, 0.99, 6)) == "1.83x [1.79, 1.88]"


def test_grades_are_counted_best_first_and_absent_ones_left_out() -> None:
    grades = (Grade.GUESSED, Grade.TRACED, Grade.GUESSED)
    corpus = Corpus("t", calls=tuple(Call(str(n), b"", grade) for n, grade in enumerate(grades)))
    assert list(corpus.grades().items()) == [("traced", 1), ("guessed", 2)]


def test_a_target_is_named_as_people_name_it() -> None:
    assert Target("shop/a.py", "Basket.total", "shop.a").id == "shop/a.py::Basket.total"


def test_faults_that_change_nothing_don_t_count_in_the_score() -> None:
    faults = (Fault(1, "a", "b", True), Fault(2, "a", "b", False), Fault(3, "a", "b", False, equivalent=True))
    assert Evidence(faults=faults).mutation_score == 0.5
    assert Evidence(faults=faults[2:]).mutation_score is None
    assert Evidence().mutation_score is None


def test_verdicts_have_a_word() -> None:
    found = Counterexample("f()", "result", "1", "2")
    assert [verdict_word(each) for each in (Same(), Different(found), Undecided("why"))] == [
        "same",
        "different",
        "undecided",
    ]
