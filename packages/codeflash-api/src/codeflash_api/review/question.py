"""What is known about a change that is to be reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attrs import frozen

Grade = Literal["high", "medium", "low", ""]


@frozen
class ReviewQuestion:
    """Is this change worth a maintainer's time?

    Attributes:
        original: The files before, joined.
        optimized: The files after, joined.
        explanation: Why it is faster.
        speedup: The gain as the client words it, such as ``18622.81%``.
        original_runtime: As the client words it.
        optimized_runtime: As the client words it.
        loop_count: How often the tests were timed.
        coverage: What the tests cover, such as ``100.0%``.
        existing_tests: The project's tests and their times, as a table.
        generated_tests: The generated tests.
        replay_tests: Tests made of recorded calls.
        benchmarks: What benchmarks gained, one sentence each.
        callers: Where the function is called.
        language: The code's language.
    """

    original: str
    optimized: str
    explanation: str = ""
    speedup: str = ""
    original_runtime: str = ""
    optimized_runtime: str = ""
    loop_count: int = 0
    coverage: str = ""
    existing_tests: str = ""
    generated_tests: str = ""
    replay_tests: str = ""
    benchmarks: Sequence[str] = ()
    callers: str = ""
    language: str = "python"


@frozen
class Review:
    """An opinion on a change.

    Attributes:
        grade: ``low`` keeps the client from making a pull request; empty is no opinion.
        explanation: Why.
    """

    grade: Grade
    explanation: str
