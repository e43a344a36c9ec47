ENTRY = "slots.intervals:free"


def _busy(count, length):
    return [(n * 104729 % 9000, n * 104729 % 9000 + n % length) for n in range(count)]


def inputs():
    return [
        (([], 0, 10), {}),
        (([], 10, 0), {}),
        ((_busy(60, 90), 0, 9000), {}),
        ((_busy(200, 5), 1000, 2000), {}),
        (([(5, 1), (2, 2)], 0, 9), {}),
        (([(1, 2.5), (2.5, 3)], 0, 4), {}),
        (([(1, 2), ("a", 3)], 0, 4), {}),
        (([(0, 50)], 10, 20), {}),
    ]


def workload():
    from slots.intervals import free

    busy = [(n * 7919 % 900_000, n * 7919 % 900_000 + n % 60) for n in range(40_000)]
    return lambda: free(busy, 0, 900_000)
