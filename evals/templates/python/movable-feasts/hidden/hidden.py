ENTRY = "feasts.days:overview"


def inputs():
    return [
        (([],), {}),
        (([2025],), {}),
        (([1900, 2299],), {}),
        (([2016, 1954, 2154],), {}),
        (([2300],), {}),
        (([1899],), {}),
        ((["2024"],), {}),
        (([2024, 2024],), {}),
    ]


def workload():
    from feasts.days import overview

    return lambda: overview([2024, 2025])
