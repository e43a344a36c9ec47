ENTRY = "tills.plans:plan"


def inputs():
    return [
        (([], 5), {}),
        (([0], 5), {}),
        (([1, 2, 3, 4, 5, 6], 3), {}),
        (([7, 19], 0), {}),
        (([7, 19], -2), {}),
        (([25, 33], 4), {}),
        (([28], 28), {}),
        (([10, -1], 4), {}),
        (([18], 40), {}),
    ]


def workload():
    from tills.plans import plan

    return lambda: plan([45, 52, 60], 7)
