"""Names with escaped bytes in all places."""

import random

ENTRY = "pypdf.generic._base:NameObject.unnumber"


def inputs():
    dice = random.Random(91)
    for name in (
        b"",
        b"/Name",
        b"/A#20B",
        b"#41",
        b"#23#23",
        b"/#c3#A9t#c3#a9",
        b"/end#2F",
        b"/#2341",
        b"/#00",
    ):
        yield (name,), {}
    for size in (3, 20, 120):
        data = dice.randbytes(size)
        yield (b"/" + b"".join(b"#%02X" % each for each in data),), {}
        yield (b"/" + b"".join(dice.choice((b"x", b"#%02x" % each)) for each in data),), {}


def workload():
    from pypdf.generic import NameObject

    name = b"/" + b"#e4#bd#a0#e5#a5#bd" * 1000
    return lambda: NameObject.unnumber(name)
