"""Decode predicted images of every filter."""

import random

from pypdf.filters import FlateDecode

dice = random.Random(2)
for filters in ([0] * 60, [1] * 60, [2] * 60, [3] * 60, [4] * 60, [0, 1, 2, 3, 4] * 12):
    data = b"".join(bytes([each]) + dice.randbytes(96) for each in filters)
    assert len(FlateDecode._decode_png_prediction(data, 32, 97)) == 96 * len(filters)
    FlateDecode._decode_png_prediction(data, 96, 97)
