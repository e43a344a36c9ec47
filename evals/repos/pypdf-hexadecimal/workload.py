"""Decode hexadecimal streams as a reader of documents does."""

import random

from pypdf.filters import ASCIIHexDecode

dice = random.Random(1)
for size in (0, 1, 40, 300, 2000, 4000):
    data = dice.randbytes(size)
    assert ASCIIHexDecode.decode(data.hex("\n", 36).encode() + b">") == data
    assert ASCIIHexDecode.decode(data.hex(" ").upper() + ">") == data
assert ASCIIHexDecode.decode(b"616>") == b"a`"
assert ASCIIHexDecode.decode("6 1\t6\r2") == b"ab"
