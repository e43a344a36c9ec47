"""Rows of every filter and of mixed ones, and an image."""

import random

ENTRY = "pypdf.filters:FlateDecode._decode_png_prediction"


def rows(dice, filters, columns):
    return b"".join(bytes([each]) + dice.randbytes(columns) for each in filters)


def inputs():
    dice = random.Random(21)
    for kind in range(5):
        yield (rows(dice, [kind] * 4, 12), 12, 13), {}
        yield (rows(dice, [kind], 1), 1, 2), {}
        yield (rows(dice, [kind] * 3, 24), 8, 25), {}
    yield (rows(dice, [0, 4, 3, 2, 1, 0, 2, 4], 30), 10, 31), {}
    yield (rows(dice, [2, 1], 9) + b"\x02\x01", 9, 10), {}
    yield (b"", 4, 5), {}
    yield (b"\x00\x01\x02\x03", 3, 4), {}


def workload():
    from pypdf.filters import FlateDecode

    data = rows(random.Random(22), [0] * 300, 300)
    return lambda: FlateDecode._decode_png_prediction(data, 100, 301)
