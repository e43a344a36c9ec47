"""Bodies whose data looks like the beginning of a boundary, in one write and in several."""

import random

ENTRY = "hidden:parts"
USES = "multipart.multipart"
BOUNDARY = b"limit0123"


def parts(body, step=0):
    from multipart.multipart import MultipartParser

    found = []

    def begin():
        found.append([b"", b"", b""])

    def add(place):
        def collect(data, start, end):
            found[-1][place] += data[start:end]

        return collect

    calls = {
        "on_part_begin": begin,
        "on_header_field": add(0),
        "on_header_value": add(1),
        "on_part_data": add(2),
    }
    parser = MultipartParser(BOUNDARY, calls)
    for at in range(0, len(body), step or len(body) or 1):
        parser.write(body[at : at + (step or len(body))])
    parser.finalize()
    return found


def body_of(*contents):
    lines = []
    for number, content in enumerate(contents):
        head = b'Content-Disposition: form-data; name="f%d"' % number
        lines += [b"--" + BOUNDARY, head, b"", content]
    return b"\r\n".join([*lines, b"--" + BOUNDARY + b"--", b""])


def inputs():
    dice = random.Random(51)
    plain = body_of(b"one", b"", b"line\r\nline\r\n--\r\n--limit\r\n--limit012")
    noisy = body_of(bytes(dice.choices(b"\r\n-limt0123", k=700)), bytes(range(256)))
    for body in (plain, noisy):
        for step in (0, 1, 7, 64, 501):
            yield (body, step), {}


def workload():
    body = body_of(b"\r\n\r\n\r\n--l" * 800, b"some plain text, " * 800)
    return lambda: parts(body)
