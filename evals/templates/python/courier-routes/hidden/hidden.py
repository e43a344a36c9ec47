ENTRY = "courier.routing:tour"


def _grid(size, spread):
    from courier.streets import Streets

    streets = []
    for row in range(size):
        for column in range(size):
            here = f"{column:02}.{row:02}"
            if column + 1 < size:
                streets.append((f"{column + 1:02}.{row:02}", here, 30 + (row * 13 + column * 7) % spread))
            if row + 1 < size:
                streets.append((here, f"{column:02}.{row + 1:02}", 30 + (row * 5 + column * 17) % spread))
    return Streets(streets)


def inputs():
    from courier.streets import Streets

    diamond = Streets([("s", "z", 1), ("s", "b", 1), ("z", "t", 1), ("b", "t", 1), ("t", "a", 2), ("s", "a", 4)])
    detour = Streets([("s", "t", 9), ("s", "m", 2), ("m", "t", 3), ("t", "u", 1), ("m", "u", 8)])
    lost = Streets([("a", "b", 3), ("c", "d", 2)], [("d", "e", 1)])
    return [
        ((diamond, "s", ["t"]), {}),
        ((diamond, "s", ["a", "t", "s", "a"]), {}),
        ((detour, "s", ["t", "u"]), {}),
        ((detour, "u", []), {}),
        ((lost, "a", ["b", "c"]), {}),
        ((lost, "c", ["d", "e"]), {}),
        ((lost, "a", ["x", "b", "y"]), {}),
        ((_grid(5, 1), "00.00", ["04.04", "02.01"]), {}),
        ((_grid(7, 9), "03.03", ["00.06", "06.00", "06.06", "01.01"]), {}),
        ((_grid(6, 40), "00.05", ["05.00", "02.02"]), {}),
    ]


def workload():
    from courier.routing import tour

    streets = _grid(44, 25)
    return lambda: tour(streets, "00.00", ["43.43", "12.03", "30.18"])
