ENTRY = "quantities.labels:sheet"


def inputs():
    return [
        (([],), {}),
        (([("a", 1, "x"), ("b", True, "x"), ("c", 1.0, "x")],), {}),
        (([("a", 0.0, "x"), ("b", False, "x"), ("c", 0, "x"), ("d", -0.0, "x")],), {}),
        (([("a", float("nan"), "x")],), {}),
        (([("a", "3", "x")],), {}),
        (([(n, n / 3, "m") for n in range(40)],), {}),
        (([(n, 10**n, "m") for n in range(30)],), {}),
    ]


def workload():
    from quantities.labels import sheet

    counter = iter(range(10**9))

    def run():
        start = next(counter) * 30_000
        return sheet([("n", (start + n) / 7, "kg") for n in range(30_000)])

    return run
