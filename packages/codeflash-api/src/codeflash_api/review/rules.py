"""Reviews by figures: the gain, the size of the change, how well it was tested."""

from __future__ import annotations

import re
from collections import Counter

from codeflash_api.review.question import Grade, Review, ReviewQuestion

# Gains in percent: 100 is twice as fast.
CLEAR_GAIN = 50.0
SMALL_GAIN = 15.0
NO_GAIN = 5.0
READABLE_LINES = 40
LONG_LINES = 150
ENOUGH_COVERAGE = 60.0

_PERCENTAGE = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)\s*%")
_FACTOR = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*x\b", re.IGNORECASE)


def review(question: ReviewQuestion) -> Review:
    """The grade of a change, and the figures that it rests on.

    Args:
        question: The change.
    """
    gain = gain_of(question.speedup)
    if gain is None:
        return Review("", "The gain is not known, so the change is not graded.")
    changed = changed_lines(question.original, question.optimized)
    coverage = _percentage(question.coverage)
    grade = _grade(gain, changed, coverage)
    facts = [f"gain {gain:,.0f}%", f"{changed} changed line{'' if changed == 1 else 's'}"]
    if coverage is not None:
        facts.append(f"{coverage:.0f}% of the function covered")
    if question.loop_count:
        facts.append(f"timed in {question.loop_count} loop{'' if question.loop_count == 1 else 's'}")
    return Review(grade, f"{_reason(grade)} ({', '.join(facts)}).")


def _grade(gain: float, changed: int, coverage: float | None) -> Grade:
    if gain < NO_GAIN or changed == 0:
        return "low"
    if gain < SMALL_GAIN and changed > READABLE_LINES:
        return "low"
    tested = coverage is None or coverage >= ENOUGH_COVERAGE
    if gain >= CLEAR_GAIN and changed <= READABLE_LINES and tested:
        return "high"
    return "low" if changed > LONG_LINES and gain < CLEAR_GAIN else "medium"


def _reason(grade: Grade) -> str:
    return {
        "high": "A clear gain for a change that is quickly read",
        "medium": "A gain worth a look, weighed against the size of the change and its tests",
        "low": "The gain does not outweigh the cost of reading and keeping the change",
    }[grade]


def gain_of(speedup: str) -> float | None:
    """A gain in percent, from ``235%`` or ``3.35x``; None where there is no number.

    Args:
        speedup: As the client words it.
    """
    found = _percentage(speedup)
    if found is not None:
        return found
    factor = _FACTOR.search(speedup)
    return None if factor is None else (_number(factor[1]) - 1) * 100


def changed_lines(original: str, optimized: str) -> int:
    """Lines that are only in one of two texts, the larger of both counts; moved lines do not count.

    Args:
        original: The text before.
        optimized: The text after.
    """
    before = Counter(line.strip() for line in original.splitlines() if line.strip())
    after = Counter(line.strip() for line in optimized.splitlines() if line.strip())
    return max((after - before).total(), (before - after).total())


def _percentage(text: str) -> float | None:
    found = _PERCENTAGE.search(text[:200])
    return None if found is None else _number(found[1])


def _number(text: str) -> float:
    return float(text.replace(",", ""))
