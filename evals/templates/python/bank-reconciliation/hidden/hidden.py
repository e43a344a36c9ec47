ENTRY = "reconcile.matching:reconcile"


def _month(count, references, step):
    from reconcile.records import Entry, Line

    entries = [Entry(n, f"INV{n * step % references}", 500 + n % 3, n % 6) for n in range(count)]
    lines = [Line(n, f"INV{n * 5 % references}", 500 + n * 5 % 3, n % 9) for n in range(count + count // 5)]
    return entries, lines


def inputs():
    from reconcile.records import Entry, Line

    twice = [Entry(1, "a", 5, 1), Entry(2, "a", 5, 1)]
    late = [Line(0, "a", 5, 4), Line(1, "a", 5, 2), Line(2, "b", 5, 2)]
    return [
        (([], []), {}),
        ((twice, []), {}),
        (([], late), {}),
        ((twice, late), {}),
        ((twice[::-1], late[::-1]), {}),
        (_month(30, 7, 1), {}),
        (_month(60, 60, 11), {}),
        (_month(45, 9, 4), {}),
        (([Entry(1, "n", -5, 1)], [Line(0, "n", -5, 1)]), {}),
    ]


def workload():
    from reconcile.matching import reconcile

    entries, lines = _month(1800, 1500, 7)
    return lambda: reconcile(entries, lines)
