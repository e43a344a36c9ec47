"""Read uploads as a server does: in pieces, with data of several kinds."""

import random

from multipart.multipart import MultipartParser

dice = random.Random(5)
boundary = b"----form7MA4YWxk"
contents = [b"text " * 300, b"\r\n" * 900, dice.randbytes(3000), b"", b"--" + boundary[:6]]
lines = []
for number, content in enumerate(contents):
    head = b'Content-Disposition: form-data; name="f%d"; filename="f%d.bin"' % (number, number)
    lines += [b"--" + boundary, head, b"Content-Type: application/octet-stream", b"", content]
body = b"\r\n".join([*lines, b"--" + boundary + b"--", b""])


def received(step):
    pieces = []
    calls = {"on_part_data": lambda data, start, end: pieces.append(data[start:end])}
    parser = MultipartParser(boundary, calls)
    for at in range(0, len(body), step):
        parser.write(body[at : at + step])
    parser.finalize()
    return b"".join(pieces)


for step in (len(body), 4096, 700, 90):
    assert received(step) == b"".join(contents)
