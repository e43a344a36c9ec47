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
