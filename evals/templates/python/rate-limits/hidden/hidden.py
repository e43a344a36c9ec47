ENTRY = "ratelimits.buckets:replay"


def inputs():
    from ratelimits.buckets import Buckets

    return [
        ((Buckets(1, 1), []), {}),
        ((Buckets(1, 1), [("a", 0), ("a", 0), ("b", 3)]), {}),
        ((Buckets(3, 7), [(f"c{n % 3}", n * 41) for n in range(120)]), {}),
        ((Buckets(3, 7), [(f"c{n % 3}", (n * 37) % 500) for n in range(120)]), {}),
        ((Buckets(10, 999), [("x", n // 12) for n in range(200)]), {}),
    ]


def workload():
    from ratelimits.buckets import Buckets, replay

    requests = [(f"c{n % 300}", n) for n in range(60_000)]
    return lambda: replay(Buckets(5, 2), requests)
