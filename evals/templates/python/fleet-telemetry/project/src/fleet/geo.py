"""Distances on the globe."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088


def haversine(a, b):
    """Distance in kilometres between two points given as (latitude, longitude) in degrees."""
    lat_a, lon_a = radians(a[0]), radians(a[1])
    lat_b, lon_b = radians(b[0]), radians(b[1])
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


def track_length(points):
    total = 0.0
    for previous, current in zip(points, points[1:]):
        total += haversine(previous, current)
    return total
