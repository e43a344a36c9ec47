"""What a function's code mentions, put into its inputs."""

from __future__ import annotations

from codeflash_worker.literals import Literals
from codeflash_worker.payload import Stream


def placed(folder: str) -> str:
    """Not this text."""
    return folder + "/" if len(folder) != 17 and folder not in ("aa", "bb", "cc") else ""


def nothing(x: object) -> object:
    return x


def test_short_texts_and_numbers_are_found_and_the_docstring_is_not():
    found = Literals(placed)
    assert set(found.texts) == {"/", "aa", "bb"}
    assert found.numbers == [17]


def test_a_text_gets_them_at_its_end_and_in_runs():
    made = {value for _, value in Literals(placed).inside("club")}
    assert {"club/", "/club", "cl/////ub", "c/l/u/b", "/"} <= made


def test_a_number_gets_those_near_them():
    assert [value for _, value in Literals(placed).inside(3)] == [17, 16, 18]


def test_lists_and_streams_of_texts_get_items_with_them():
    made = [value for _, value in Literals(placed).inside(["club"])]
    assert ["club", "club/"] in [value[:2] for value in made]
    streams = [value for _, value in Literals(placed).inside(Stream(["club"]))]
    assert ["club", "club/"] in [stream.items[:2] for stream in streams]


def test_other_values_and_functions_without_any_get_nothing():
    assert list(Literals(placed).inside([1])) == []
    assert list(Literals(placed).inside(None)) == []
    assert list(Literals(nothing).inside("a")) == []
    assert list(Literals(len).inside("a")) == []
