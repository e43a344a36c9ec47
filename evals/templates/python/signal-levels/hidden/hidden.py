import math

ENTRY = "levels.smoothing:measure"


def _signal(count, step):
    return [math.cos(n / 7) * 10 + (n * step % 101) / 13 for n in range(count)]


def inputs():
    return [
        (([],), {}),
        (([0.1],), {}),
        ((_signal(50, 7),), {}),
        ((_signal(300, 11), 0.3), {}),
        ((_signal(300, 13), 0.07), {}),
        (([1e16, 1.0, -1e16, 3.0], 0.9), {}),
        (([1, 2, 3], 1), {}),
        (([1.0], 0), {}),
        (([float("inf"), 1.0],), {}),
        (([-0.0, 0.0],), {}),
    ]


def workload():
    from levels.smoothing import measure

    samples = _signal(80_000, 7)
    return lambda: measure(samples)
