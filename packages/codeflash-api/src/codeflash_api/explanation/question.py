"""What is known about a change that is to be explained."""

from __future__ import annotations

from attrs import frozen


@frozen
class Figures:
    """One kind of measurement, as the client words it, such as ``1.16 milliseconds`` and ``235%``.

    Attributes:
        before: Of the original; empty when it was not measured.
        after: Of the change.
        gain: The difference.
    """

    before: str = ""
    after: str = ""
    gain: str = ""

    def __bool__(self) -> bool:
        return bool(self.before and self.after)


@frozen
class ExplainQuestion:
    """Why is this faster?

    Attributes:
        original: The code before, flat: each file under a line ``# file: path``.
        optimized: The code after, in the same form.
        said: The explanation that came with the candidate.
        runtime: Times of one run of the tests.
        throughput: Calls in a time, of async functions.
        concurrency: How much of the waiting overlaps, of async functions.
        accepted_for: ``runtime``, ``throughput``, ``concurrency`` or ``none``.
        original_profile: The line profile before, as text.
        optimized_profile: The one after.
        tests: Tests with their times.
        dependencies: Code that it uses.
        references: Callers.
    """

    original: str
    optimized: str
    said: str = ""
    runtime: Figures = Figures()
    throughput: Figures = Figures()
    concurrency: Figures = Figures()
    accepted_for: str = "runtime"
    original_profile: str = ""
    optimized_profile: str = ""
    tests: str = ""
    dependencies: str = ""
    references: str = ""
