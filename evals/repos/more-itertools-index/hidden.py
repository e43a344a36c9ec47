"""Combinations of short and long pools."""

from itertools import combinations_with_replacement

ENTRY = "more_itertools:combination_with_replacement_index"


def inputs():
    for pool in ("", "a", "abc", "abcdefg"):
        for size in range(4):
            for element in combinations_with_replacement(pool, size):
                yield (element, pool), {}
    yield ((0, 5, 5, 90), range(100)), {}
    yield ((1, 1), [0, 1, 1, 2]), {}


def workload():
    from more_itertools import combination_with_replacement_index

    return lambda: combination_with_replacement_index((5, 200, 200, 390), range(400))
