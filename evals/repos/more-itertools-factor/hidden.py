"""Factors of small numbers, of powers and of products of large primes."""

ENTRY = "more_itertools:factor"


def inputs():
    for number in [*range(1, 130), 2**20, 3**15, 7**4 * 11, 97 * 89, 360360, 1000003, 999983 * 999979]:
        yield (number,), {}
    yield (6469693230,), {}


def workload():
    from more_itertools import factor

    numbers = (999983 * 999979, 1299709 * 15485863, 2**10 * 104729 * 1299709)
    return lambda: [list(factor(number)) for number in numbers]
