"""Gives tests the three forms that clients read."""

from __future__ import annotations

from codeflash_api.testgen.instrument import instrument
from codeflash_api.testgen.question import TestQuestion
from codeflash_api.testgen.target import GeneratedTests


def finished(source: str, question: TestQuestion, raw: str | None = None) -> GeneratedTests:
    """The tests, instrumented where the client expects that of the service (Python).

    Args:
        source: Readable tests that parse.
        question: What was asked.
        raw: The tests as they were first written, when that is another text.
    """
    first = source if raw is None else raw
    if question.language != "python":
        return GeneratedTests(source, source, source, first)
    made = instrument(source, question.target, question.test_module)
    return GeneratedTests(source, made.behavior, made.performance, first)
