"""Gives tests the three forms that clients read."""

from __future__ import annotations

from codeflash_api.testgen.instrument import instrument
from codeflash_api.testgen.question import WantedTests
from codeflash_api.testgen.target import GeneratedTests


def finished(source: str, question: WantedTests) -> GeneratedTests:
    """The tests, instrumented where the client expects that of the service (Python).

    Args:
        source: Readable tests that parse.
        question: What was asked.
    """
    if question.language != "python":
        return GeneratedTests(source, source, source)
    made = instrument(source, question.target, question.test_module)
    return GeneratedTests(source, made.behavior, made.performance)
