ENTRY = "rosters.teams:plan"


def inputs():
    return [
        (({}, 5), {}),
        (({"a": "EL"}, 0), {}),
        (({"a": "EELLNN--", "b": "NNN-"}, 19), {}),
        (({"a": "N", "b": "N", "c": "N"}, 6, [("b", 0, "leave"), ("c", 3, "")]), {}),
        (({"a": "EL", "b": "EL"}, 4, [("a", -1, "x"), ("a", 1, "y")]), {}),
        (({"a": "EL"}, 4, [("a", 4, "x")]), {}),
        (({"a": "EL"}, 4, [("z", 0, "x")]), {}),
        (({"a": "eL"}, 4), {}),
        (({"a": "-"}, -3), {}),
    ]


def workload():
    from rosters.teams import plan

    teams = {f"t{n}": "EELLNN--" + "E" * n for n in range(4)}
    return lambda: plan(teams, 3000)
