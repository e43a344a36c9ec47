from __future__ import annotations

import sys

from codeflash_worker.lines import Lines


def slow(items):
    total = 0
    for item in items:
        total += item
    return total


def deep(depth):
    return deep(depth - 1) if depth else 0


def items_of(count):
    for number in range(count):
        yield number * 2


def rows_of(function, *arguments):
    lines = Lines(function.__code__)
    with lines:
        list(function(*arguments)) if function is items_of else function(*arguments)
    first = function.__code__.co_firstlineno
    return {line - first: (hits, spent) for line, hits, spent in lines.told()}


def test_each_line_has_its_hits_and_its_time() -> None:
    rows = rows_of(slow, range(100))
    assert {line: hits for line, (hits, _) in rows.items()} == {1: 1, 2: 101, 3: 100, 4: 1}
    assert all(spent > 0 for _, spent in rows.values())


def test_recursion_and_generators_are_counted() -> None:
    assert rows_of(deep, 5)[1][0] == 6
    assert rows_of(items_of, 3)[2][0] == 3


def test_other_functions_are_not_traced_and_the_tracer_from_before_is_back() -> None:
    before = sys.gettrace()
    lines = Lines(deep.__code__)
    with lines:
        slow(range(3))
    assert lines.told() == []
    assert sys.gettrace() is before
