from __future__ import annotations

import pytest

from codeflash_api.review.question import Review, ReviewQuestion
from codeflash_api.review.rules import changed_lines, gain_of, review

SMALL = ("a\nb\nc", "a\nx\nc")
LONG = ("\n".join(f"a{i}" for i in range(200)), "\n".join(f"b{i}" for i in range(200)))
MIDDLE = ("\n".join(f"a{i}" for i in range(60)), "\n".join(f"b{i}" for i in range(60)))


@pytest.mark.parametrize(
    ("speedup", "code", "coverage", "grade"),
    [
        ("235%", SMALL, "100.0%", "high"),
        ("235%", SMALL, "", "high"),
        ("235%", SMALL, "40.0%", "medium"),
        ("235%", MIDDLE, "100.0%", "medium"),
        ("235%", LONG, "100.0%", "medium"),
        ("30%", SMALL, "100.0%", "medium"),
        ("30%", LONG, "100.0%", "low"),
        ("10%", SMALL, "100.0%", "medium"),
        ("10%", MIDDLE, "100.0%", "low"),
        ("3%", SMALL, "100.0%", "low"),
        ("-20%", SMALL, "100.0%", "low"),
        ("235%", ("same", "same"), "100.0%", "low"),
        ("18,622.81%", SMALL, "100.0%", "high"),
        ("3.35x", SMALL, "100.0%", "high"),
        ("1.01x", SMALL, "100.0%", "low"),
    ],
)
def test_gain_size_and_coverage_make_the_grade(
    speedup: str, code: tuple[str, str], coverage: str, grade: str
) -> None:
    assert review(ReviewQuestion(*code, speedup=speedup, coverage=coverage)).grade == grade


def test_the_figures_are_told() -> None:
    found = review(ReviewQuestion(*SMALL, speedup="235%", coverage="100.0%", loop_count=250))
    assert found.explanation.endswith(
        "(gain 235%, 1 changed line, 100% of the function covered, timed in 250 loops)."
    )


@pytest.mark.parametrize("speedup", ["", "fast", "%"])
def test_an_unknown_gain_is_no_opinion(speedup: str) -> None:
    assert review(ReviewQuestion(*SMALL, speedup=speedup)) == Review(
        "", "The gain is not known, so the change is not graded."
    )


def test_gains_are_read_in_both_forms() -> None:
    assert gain_of("235%") == 235
    assert gain_of("3.5x faster") == 250
    assert gain_of("quick") is None


def test_moved_lines_and_blanks_do_not_count_as_changed() -> None:
    assert changed_lines("a\n\nb\n", "  b\na\n") == 0
    assert changed_lines("a", "a\nb\nc") == 2
    assert changed_lines("a\nb\nc", "") == 3
