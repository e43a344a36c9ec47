"""Number combinations with replacement."""

from itertools import combinations_with_replacement

from more_itertools import combination_with_replacement_index

for pool in ("abcd", range(9), [1.5, 2.5, 3.5]):
    for size in (1, 2, 3):
        for number, element in enumerate(combinations_with_replacement(pool, size)):
            assert combination_with_replacement_index(element, pool) == number
for length in (60, 150, 300):
    combination_with_replacement_index(range(0, length, 2), range(length))
    combination_with_replacement_index([length // 2] * 30, range(length))
