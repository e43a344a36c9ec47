ENTRY = "unittables.convert:convert"


def inputs():
    return [
        ((1, "mi", "km"), {}),
        (("0.1", "in", "mm"), {}),
        ((3, "kg", "oz"), {"places": 4}),
        ((-7, "day", "wk"), {}),
        ((5, "BTU", "kWh", 6), {}),
        ((2.5, "ns", "min"), {}),
        ((12, "g", "g"), {}),
        ((1, "m", "s"), {}),
        ((1, "x", "m"), {}),
        (("one", "m", "km"), {}),
        ((1, "erg", "cal"), {"places": 0}),
        ((4, "gr", "ct"), {}),
        ((4, "ct", "gr"), {}),
    ]


def workload():
    from unittables.convert import convert

    return lambda: [convert(n, "mi", "km") for n in range(50)]
