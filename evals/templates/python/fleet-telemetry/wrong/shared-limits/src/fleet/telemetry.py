"""Alarms from the readings of vehicles."""

import copy
from collections import defaultdict

from fleet.geo import track_length

DEFAULTS = {
    "limits": {"speed": 110, "coolant": 105, "oil": 5, "tyre": 180},
    "quiet": {"from": 22, "to": 6, "kinds": ["tyre", "oil"]},
    "contacts": [{"name": "dispatch", "channels": ["radio", "mail"]}, {"name": "garage", "channels": ["mail"]}],
}


class Fleet:
    """Vehicles with settings that override the defaults key by key."""

    def __init__(self, overrides=None):
        self.overrides = overrides or {}

    def limits_for(self, vehicle):
        """Limits of a vehicle: the defaults, with its own on top."""
        limits = DEFAULTS["limits"]
        limits.update(self.overrides.get(vehicle, {}))
        return limits

    def alarm(self, reading):
        """Return the alarm that a reading raises, or None."""
        limits = self.limits_for(reading["vehicle"])
        kind = reading["kind"]
        if kind not in limits:
            raise KeyError(f"unknown kind of reading: {kind}")
        limit = limits[kind]
        low = kind in ("oil", "tyre")
        if (reading["value"] < limit) if low else (reading["value"] > limit):
            return (reading["vehicle"], kind, reading["value"], limit)
        return None

    def report(self, readings, tracks):
        """Alarms for each vehicle, and kilometres driven."""
        alarms = defaultdict(list)
        for reading in readings:
            found = self.alarm(reading)
            if found is not None:
                alarms[found[0]].append(found[1:])
        return {
            "alarms": dict(alarms),
            "kilometres": {vehicle: round(track_length(points), 3) for vehicle, points in tracks.items()},
        }
