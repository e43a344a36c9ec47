ENTRY = "stations.summary:frost_spells"


def _archive(count, step, phase):
    return [f"{n * step} {(n * 13 + phase) % 70 / 10 - 5:.1f}" for n in range(count)]


def inputs():
    return [
        (({},), {}),
        (({"a": []},), {}),
        (({"a": _archive(40, 5, 0), "b": _archive(30, 7, 9), "c": _archive(50, 3, 44)},), {}),
        (({"a": _archive(40, 50, 3), "b": _archive(3, 7, 9)}, 20), {}),
        (({"a": ["0 -1", "0 1", "0 -2", "0 -0.01"]},), {}),
        (({"a": ["5 -1", "5 1", "5 -1"], "b": ["5 -3"]},), {}),
        (({"b": ["5 -1"], "a": ["5 1"]},), {}),
        (({"a": ["1 -1"], "b": ["4 -1", "2 -1"]},), {}),
        (({"a": ["1 cold"]},), {}),
        (({"a": _archive(25, 10, 1)},), {"longest_gap": 9}),
    ]


def workload():
    from stations.summary import frost_spells

    def lines(phase):
        for n in range(25_000):
            yield f"{n * 10} {(n * 7 + phase) % 90 / 10 - 4:.1f}"

    return lambda: frost_spells({f"s{n}": lines(n * 11) for n in range(5)})
