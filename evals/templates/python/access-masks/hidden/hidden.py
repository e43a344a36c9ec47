ENTRY = "accessmasks.masks:decide"


def inputs():
    grants = {n: n * 5 % 16 for n in range(16)}
    return [
        (({}, []), {}),
        (({}, [("a", 0), ("a", 1)]), {}),
        ((grants, [(n % 18, n % 16) for n in range(300)]), {}),
        ((grants, [(1, True), (True, 4), (2.0, 8)]), {}),
        ((grants, [([], 1)]), {}),
        ((grants, [(1, "read")]), {}),
    ]


def workload():
    from accessmasks.masks import decide

    grants = {f"r{n}": n % 16 for n in range(500)}
    requests = [(f"r{n % 600}", n % 13) for n in range(150_000)]
    return lambda: decide(grants, requests)
