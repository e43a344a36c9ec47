"""Factor numbers of several sizes."""

from math import prod

from more_itertools import factor

for number in [*range(2, 200), 10**6, 99991 * 99989, 104729 * 104723, 2**31 - 1, 3**20]:
    assert prod(factor(number)) == number
