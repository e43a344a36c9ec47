ENTRY = "fleet.telemetry:Fleet.report"
_KINDS = ("speed", "coolant", "oil", "tyre")


def _readings(count, vehicles=9):
    return [
        {"vehicle": f"van-{n * 5 % vehicles}", "kind": _KINDS[n * 3 % 4], "value": n * 41 % 230 - 3}
        for n in range(count)
    ]


def _tracks(vehicles, points):
    return {f"van-{n}": [(52 + k / 90, 13 - n / 40) for k in range(points)] for n in range(vehicles)}


def inputs():
    from fleet.telemetry import Fleet

    own = {"van-1": {"speed": 60, "tyre": 220}, "van-4": {"oil": 50, "coolant": 20}}
    odd = _readings(6) + [{"vehicle": "van-0", "kind": "colour", "value": 3}]
    return [
        ((Fleet(), [], {}), {}),
        ((Fleet(), _readings(40), {}), {}),
        ((Fleet(own), _readings(150), _tracks(3, 12)), {}),
        ((Fleet({"van-2": {"colour": 1}}), _readings(60, 4), _tracks(1, 1)), {}),
        ((Fleet(own), odd, {}), {}),
        ((Fleet({"van-1": {}}), _readings(60, 4), _tracks(2, 0)), {}),
        ((Fleet(), _readings(80, 3), _tracks(2, 40)), {}),
    ]


def workload():
    from fleet.telemetry import Fleet

    fleet = Fleet({"van-1": {"speed": 60}, "van-5": {"tyre": 190}})
    readings, tracks = _readings(2500), _tracks(9, 40)
    return lambda: fleet.report(readings, tracks)
