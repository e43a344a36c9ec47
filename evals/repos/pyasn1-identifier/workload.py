"""Decode object identifiers from BER."""

from pyasn1.codec.ber.decoder import decode
from pyasn1.codec.ber.encoder import encode
from pyasn1.type.univ import ObjectIdentifier

for arcs in ((1, 2, 840, 113549), (0, 9), (2, 999, 3), (1, 3, *range(1, 700)), (2, 5, *([7] * 4000))):
    found, rest = decode(encode(ObjectIdentifier(arcs)))
    assert tuple(found) == arcs and not rest
