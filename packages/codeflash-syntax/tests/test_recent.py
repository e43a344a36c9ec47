"""What was asked for last is remembered."""

import pytest

from codeflash_syntax.recent import Recent


def test_a_known_result_is_not_made_again():
    recent: Recent[str, list[int]] = Recent(2)
    first = recent.get("a", list)
    assert recent.get("a", lambda: pytest.fail("made again")) is first


def test_what_was_asked_for_longest_ago_is_forgotten():
    recent: Recent[str, int] = Recent(2)
    for key in ("a", "b", "a", "c"):
        recent.get(key, lambda: 1)
    assert recent.get("a", lambda: 2) == 1
    assert recent.get("b", lambda: 2) == 2


def test_none_is_remembered_too():
    recent: Recent[str, None] = Recent(1)
    recent.get("a", lambda: None)
    recent.get("a", lambda: pytest.fail("made again"))


def test_what_fails_is_not_remembered():
    recent: Recent[str, float] = Recent(1)
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 / 0)
    assert recent.get("a", lambda: 1.0) == 1.0


def test_large_results_leave_room_for_fewer():
    recent: Recent[str, str] = Recent(10, lambda key, value: len(value))
    for key, size in (("a", 4), ("b", 4), ("c", 5)):
        recent.get(key, lambda size=size: "x" * size)
    assert recent.get("c", lambda: "made again") == "xxxxx"
    assert recent.get("b", lambda: "made again") == "xxxx"
    assert recent.get("a", lambda: "m") == "m"
    assert recent.get("b", lambda: "made again") == "xxxx"


def test_one_that_is_too_large_is_remembered_alone():
    recent: Recent[str, str] = Recent(3, lambda key, value: len(value))
    recent.get("a", lambda: "x")
    recent.get("b", lambda: "xxxx")
    assert recent.get("b", lambda: "made again") == "xxxx"
    assert recent.get("a", lambda: "y") == "y"


def test_results_that_two_threads_made_count_once():
    recent: Recent[str, str] = Recent(4, lambda key, value: len(value))

    def made_meanwhile() -> str:
        recent.get("a", lambda: "xx")
        return "yy"

    recent.get("b", lambda: "zz")
    assert recent.get("a", made_meanwhile) == "yy"
    assert recent.get("b", lambda: "made again") == "zz"
