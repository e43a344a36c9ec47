"""Read the names of a document."""

from io import BytesIO

from pypdf.generic import NameObject

for size in (0, 1, 10, 100, 1500):
    written = b"/" + b"Part#20of#2Fit" * size
    assert NameObject.unnumber(written) == b"/" + b"Part of/it" * size
for name in (b"/Plain ", b"/With#20space ", b"/Two#23#41 ", b"/#c3#a9t#c3#a9 "):
    assert NameObject.read_from_stream(BytesIO(name), None).startswith("/")
