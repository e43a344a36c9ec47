from __future__ import annotations

from codeflash_web.tracebacks import places


def test_causes_are_told_without_what_they_say() -> None:
    try:
        try:
            raise KeyError("secret")
        except KeyError as problem:
            raise RuntimeError("secret") from problem
    except RuntimeError as problem:
        found = places(problem)
    assert found[0] == "RuntimeError"
    assert "KeyError" in found
    assert not any("secret" in place for place in found)
    assert any("test_causes_are_told" in place for place in found)


def test_a_circle_of_causes_ends() -> None:
    one, other = RuntimeError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert places(one) == ["RuntimeError", "KeyError"]


def test_suppressed_context_is_left_out() -> None:
    try:
        try:
            raise KeyError
        except KeyError:
            raise RuntimeError from None
    except RuntimeError as problem:
        assert "KeyError" not in places(problem)
