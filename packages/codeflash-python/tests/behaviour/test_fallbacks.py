"""Texts that watch the ``try`` statement around a fault."""

import ast

import pytest

from codeflash_python.behaviour.faults import plan


def watched(body: str, after: str) -> tuple[str, str] | None:
    text = f"def f(a, b):\n    {body}\n"
    (found,) = [each for each in plan("", text, seed=0) if each.after == after and each.role == "fault"]
    return found.guarded


@pytest.mark.parametrize(
    ("body", "guarded"),
    [
        ("try:\n        return a + b\n    except TypeError:\n        return 1", True),
        (
            "for x in a:\n        try:\n            g(a + b)\n        except TypeError:\n            pass",
            True,
        ),
        ("try:\n        return g(x for x in a + b)\n    except TypeError:\n        return 1", True),
        ("try:\n        return g(a + b for x in a)\n    except TypeError:\n        return 1", True),
        ("return a + b", False),
        ("try:\n        g()\n    except TypeError:\n        return a + b", False),
        ("try:\n        g()\n    except TypeError:\n        pass\n    else:\n        return a + b", False),
        ("try:\n        return a + b\n    finally:\n        g()", False),
        (
            "for x in a:\n        try:\n            g(lambda: a + b)\n        except E:\n            pass",
            False,
        ),
    ],
)
def test_faults_that_a_handler_guards_are_watched(body: str, guarded: bool) -> None:
    assert (watched(body, "(a - b)") is not None) is guarded


def test_the_watched_texts_hold_the_fault_and_the_sound_code() -> None:
    found = watched("try:\n        return a + b\n    except TypeError:\n        return 1", "(a - b)")
    assert found is not None
    faulty, sound = found
    assert "a - b" in faulty
    assert "a + b" in sound
    for text in found:
        ast.parse(text)
        for told in ("__codeflash_guard__()", ".reached()", ".handled()", ".left()"):
            assert text.count(told) == 1


def test_a_dropped_statement_is_watched() -> None:
    found = watched("try:\n        a.g(b)\n    except E:\n        return 1", "pass")
    assert found is not None
    assert "a.g(b)" in found[1]
    assert "a.g(b)" not in found[0]
