ENTRY = "auditchain.chain:chain"


def _records(count):
    return [{"z": n, "a": [n % 3, {"y": None, "b": "é"}], "m": n / 8} for n in range(count)]


def inputs():
    return [
        (([],), {}),
        ((_records(1),), {}),
        ((_records(30), "start"), {}),
        (([{}, {"b": True, "a": False}],), {}),
        (([{"x": {1, 2}}],), {}),
        (([{1: 2, "a": 3}],), {}),
    ]


def workload():
    from auditchain.chain import chain

    records = _records(8000)
    return lambda: chain(records)
