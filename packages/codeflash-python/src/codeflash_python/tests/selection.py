"""Chooses the tests that speak about a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codeflash_core.model.corpus import Corpus


def usable_tests(corpus: Corpus, results: Mapping[str, str]) -> tuple[str, ...]:
    """Tests that reach the target and pass on the original, in the order in which they ran.

    Args:
        corpus: What was observed of the target.
        results: How each test ended on the original, by id.
    """
    return tuple(test for test in corpus.reached_by if results.get(test) == "passed")


def in_test_evidence(corpus: Corpus, results: Mapping[str, str]) -> tuple[str, ...]:
    """Passing tests whose calls could not be kept: they are run on both sides instead."""
    return tuple(test for test in corpus.in_test if results.get(test) == "passed")


def spread(tests: Sequence[str], most: int) -> tuple[str, ...]:
    """At most so many tests, taken evenly from all files, in their own order.

    Args:
        tests: Test ids.
        most: How many to keep at most.
    """
    if len(tests) <= most:
        return tuple(tests)
    by_file: dict[str, list[str]] = {}
    for test in tests:
        by_file.setdefault(test.partition("::")[0], []).append(test)
    chosen: set[str] = set()
    depth = 0
    while len(chosen) < most:
        for group in by_file.values():
            if depth < len(group) and len(chosen) < most:
                chosen.add(group[depth])
        depth += 1
    return tuple(test for test in tests if test in chosen)


def paths_of(tests: Sequence[str]) -> tuple[str, ...]:
    """The files that hold these tests, each once, in order."""
    return tuple(dict.fromkeys(test.partition("::")[0] for test in tests))
