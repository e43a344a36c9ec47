import math

ENTRY = "gauges.windows:bulletin"


def _levels(count, gap=0):
    levels = [3 + math.cos(n / 55) + (n * 104729 % 97) / 211 for n in range(count)]
    return [None if gap and n % gap == 0 else level for n, level in enumerate(levels)]


def inputs():
    return [
        (([], 1.0), {}),
        (([None, None], 1.0), {}),
        (([1.0, 2.0, 0.5], 1.5), {"width": 0}),
        (([1.0, 2.0, 0.5], 1.5), {"width": 1}),
        (([0.0, -0.0, 0.0, -0.0], 0.0), {"width": 2}),
        ((_levels(50), 3.5), {}),
        ((_levels(300, 7), 4.1), {}),
        ((_levels(400), 4.3), {"width": 12}),
        ((_levels(97, 2), 2.0), {"width": 96}),
        (([5, 4, 3, 2, 1], 3), {"width": 2}),
    ]


def workload():
    from gauges.windows import bulletin

    levels = _levels(16000, 13)
    return lambda: bulletin(levels, 4.2, width=192)
