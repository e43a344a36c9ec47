"""Headers of both tables, known by name only, and unknown."""

ENTRY = "hidden:found"
USES = "hpack.table"


def found(wanted, added=()):
    from hpack.table import HeaderTable

    table = HeaderTable()
    for name, value in added:
        table.add(name, value)
    return [table.search(name, value) for name, value in wanted]


def inputs():
    static = [(b":method", b"GET"), (b":method", b"POST"), (b":method", b"PUT"), (b":status", b"404")]
    names = [
        (b"www-authenticate", b""),
        (b"www-authenticate", b"Basic"),
        (b"accept-encoding", b"gzip, deflate"),
    ]
    other = [(b"x-unknown", b""), (b"x-unknown", b"1"), (b"", b""), (b"cookie", b"a=b")]
    yield (static + names + other,), {}
    added = [(b"x-unknown", b"1"), (b"cookie", b"a=b"), (b"x-unknown", b"2"), (b":method", b"PUT")]
    yield (static + names + other, added), {}
    yield ([],), {}


def workload(number=0):
    from hpack.table import HeaderTable

    table = HeaderTable()
    headers = [(b"user-agent", b"client/1.0"), (b"via", b"1.1 proxy"), (b"vary", b"accept"), (b":path", b"/")]
    headers += [(b"x-request-id", b"0123456789abcdef"), (b"transfer-encoding", b"chunked")]
    headers = [(name, value + b"%d" % number if number else value) for name, value in headers]
    table.add(*headers[4])
    return lambda: [table.search(name, value) for name, value in headers]
