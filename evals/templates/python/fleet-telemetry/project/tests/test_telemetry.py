import pytest

from fleet.geo import haversine
from fleet.telemetry import DEFAULTS, Fleet


def readings(count):
    kinds = ("speed", "coolant", "oil", "tyre")
    return [
        {"vehicle": f"v{n % 12}", "kind": kinds[n % 4], "value": (n * 37) % 220}
        for n in range(count)
    ]


def test_a_degree_of_latitude():
    assert haversine((50.0, 8.0), (51.0, 8.0)) == pytest.approx(111.195, abs=0.01)


def test_own_limits_win():
    fleet = Fleet({"v1": {"speed": 80}})
    assert fleet.limits_for("v1")["speed"] == 80
    assert fleet.limits_for("v2")["speed"] == 110


def test_limits_may_be_changed_by_the_caller():
    Fleet().limits_for("v1")["speed"] = 0
    assert DEFAULTS["limits"]["speed"] == 110
    assert Fleet().limits_for("v1")["speed"] == 110


def test_low_oil_and_high_speed_raise_alarms():
    fleet = Fleet()
    assert fleet.alarm({"vehicle": "v", "kind": "oil", "value": 4}) == ("v", "oil", 4, 5)
    assert fleet.alarm({"vehicle": "v", "kind": "speed", "value": 110}) is None


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        Fleet().alarm({"vehicle": "v", "kind": "mood", "value": 1})


def test_a_day_of_readings():
    tracks = {f"v{n}": [(48 + k / 100, 9 + n / 50) for k in range(60)] for n in range(12)}
    report = Fleet({"v3": {"tyre": 200}}).report(readings(1500), tracks)
    assert len(report["kilometres"]) == 12
    assert report["alarms"]["v3"]
