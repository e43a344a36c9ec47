"""Object identifiers, short, long and malformed."""

import random

ENTRY = "hidden:arcs"
USES = "pyasn1.codec.ber.decoder"


def arcs(data):
    from pyasn1.codec.ber.decoder import decode

    found, rest = decode(data)
    return tuple(found), rest


def encoded(content):
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return b"\x06" + length + content


def inputs():
    dice = random.Random(61)
    contents = [
        b"\x00",
        b"\x27",
        b"\x28",
        b"\x4f",
        b"\x50",
        b"\x7f",
        b"\x2a\x86\x48\x86\xf7\x0d",
        b"\x88\x37\x03",
    ]
    contents += [b"", b"\x2a\x80\x01", b"\x2a\x86", b"\x80"]
    contents += [b"\x2a" + bytes(dice.randrange(128) for _ in range(size)) for size in (3, 60, 400)]
    for content in contents:
        yield (encoded(content),), {}
    yield (encoded(b"\x2a\x03") + b"rest",), {}


def workload():
    from pyasn1.codec.ber.decoder import decode

    data = encoded(b"\x2a" + bytes(number % 128 for number in range(6000)))
    return lambda: decode(data)
