import pytest

from codeflash_core.errors import UsageError
from codeflash_core.model.parts import Part
from codeflash_evals.ablation import cases
from codeflash_evals.ablation.cases import CONFIGURATIONS, MEANING, Kind, Truth, chosen, read_cases
from codeflash_syntax.parse import find_function, parse_module


@pytest.fixture(scope="module")
def every():
    return read_cases()


def test_every_part_is_off_by_itself_once_and_all_together(every):
    assert CONFIGURATIONS[0].without == frozenset()
    assert {each.without for each in CONFIGURATIONS[1:]} == {
        frozenset(Part),
        *(frozenset({p}) for p in Part),
    }


def test_there_are_cases_of_every_kind_each_with_a_name_of_its_own(every):
    assert {case.kind for case in every} == set(Kind) == set(MEANING)
    assert {case.kind.truth for case in every} == set(Truth)
    assert len({case.id for case in every}) == len(every)


def test_every_case_changes_a_function_that_there_is_into_something_that_compiles(every):
    root = cases.project_folder()
    for case in every:
        path, _, name = case.given.target.partition("::")
        find_function(parse_module((root / path).read_text(encoding="utf-8")), name)
        text = case.given.changes(root)[path]
        assert text is not None, case.id
        if case.kind not in (Kind.WRONG,):
            parse_module(text)


def test_a_right_candidate_is_timed_or_not_and_never_both(every):
    names = {kind: {each.given.name for each in every if each.kind is kind} for kind in Kind}
    assert names[Kind.FASTER]
    assert not names[Kind.FASTER] & names[Kind.RIGHT]


def test_some_are_chosen_by_kind_or_by_a_piece_of_their_id(every):
    assert {case.kind for case in chosen(every, ["warm", "recorded"])} == {Kind.WARM, Kind.RECORDED}
    assert {case.kind for case in chosen(every, ["equal"])} == {Kind.EQUAL}
    assert all("text.py::slug" in case.id for case in chosen(every, ["text.py::slug"]))


def test_a_limit_holds_for_each_kind(every):
    few = chosen(every, limit=3)
    assert {kind: sum(case.kind is kind for case in few) for kind in Kind} == dict.fromkeys(Kind, 3)
    assert chosen(every, limit=10_000) == every
    wrong = [case for case in every if case.kind is Kind.WRONG]
    assert [case for case in few if case.kind is Kind.WRONG] == [
        wrong[at * len(wrong) // 3] for at in (0, 1, 2)
    ]


def test_a_word_that_names_no_case_is_refused_with_the_kinds(every):
    with pytest.raises(UsageError, match="no case is called no such word") as problem:
        chosen(every, ["no such word"])
    assert "warm" in problem.value.hint


def test_a_faster_one_that_is_not_in_the_list_is_refused(tmp_path, monkeypatch):
    (tmp_path / "evals" / "ablation").mkdir(parents=True)
    (tmp_path / "evals" / "ablation" / "faster.toml").write_text('names = ["gone"]')
    (tmp_path / "tests" / "candidates").mkdir(parents=True)
    for name in ("wrong", "right"):
        (tmp_path / "tests" / "candidates" / f"{name}.toml").write_text("")
    monkeypatch.setattr(cases, "evals_folder", lambda: tmp_path / "evals")
    with pytest.raises(UsageError, match="a candidate that there is not: gone"):
        read_cases()
