ENTRY = "tariffs.postage:bill"


def inputs():
    return [
        (([],), {}),
        (([20, 21, 50, 51, 500, 501, 1000, 1001, 2000, 2001, 5000, 5001, 10000],), {}),
        (([0.25, 19.5, 20.25, 9999.5],), {}),
        (([True],), {}),
        (([0],), {}),
        (([5, -1],), {}),
        (([5, 10000.5],), {}),
        ((["5"],), {}),
    ]


def workload():
    from tariffs.postage import bill

    weights = [4 + n % 16 if n % 40 else 700 for n in range(100_000)]
    return lambda: bill(weights)
