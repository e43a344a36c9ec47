ENTRY = "feeds.collect:front_page"


def _sources(count, delay):
    from feeds.source import Source

    return [
        Source(f"s{n}", (f"title {n % 5}", " ", f"own {n}", "late"), delay * (count - n), down=n % 7 == 3)
        for n in range(count)
    ]


def inputs():
    from feeds.source import Source

    return [
        (([],), {}),
        ((_sources(1, 0.001),), {}),
        ((_sources(9, 0.001),), {"limit": 2}),
        ((_sources(12, 0.0005), 0), {}),
        (([Source("a", ("x",), 0.006), Source("b", ("y", "x"), 0.0)],), {}),
        (([Source("a", down=True, delay=0.006), Source("b", down=True, delay=0.0), Source("c", ("z",))],), {}),
        (([Source("a", ("1",), 0.004), Source("b", ("2",)), Source("a", ("3",), 0.0)],), {"limit": 9}),
    ]


def workload():
    import asyncio

    from feeds.collect import front_page
    from feeds.source import Source

    sources = [Source(f"s{n}", ("one", f"own {n}"), 0.002) for n in range(40)]
    return lambda: asyncio.run(front_page(sources))
