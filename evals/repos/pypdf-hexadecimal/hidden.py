"""Hexadecimal streams of all shapes that are valid, and a large one."""

import random

ENTRY = "pypdf.filters:ASCIIHexDecode.decode"


def inputs():
    dice = random.Random(11)
    for text in (">", "", "6", "6>", "61 62\n63>", " 6 1\t6\r2\x0c>", "FFfe00>rest 12>", "7>7"):
        yield (text,), {}
        yield (text.encode(),), {}
    for size in (1, 2, 17, 256):
        data = dice.randbytes(size)
        yield (data.hex().upper() + ">",), {}
        yield (data.hex(" ", 3).encode() + b">",), {"decode_parms": None}
        yield (data.hex()[:-1].encode(),), {}


def workload():
    from pypdf.filters import ASCIIHexDecode

    data = random.Random(12).randbytes(6000).hex("\n", 36).encode() + b">"
    return lambda: ASCIIHexDecode.decode(data)
