"""Shortest ways through the street network."""

from __future__ import annotations

from dataclasses import dataclass

from courier.streets import Streets


@dataclass(frozen=True)
class Route:
    metres: int
    places: tuple[str, ...]


class NoRoute(LookupError):
    """No way leads there."""


def shortest(streets: Streets, start: str, goals: set[str]) -> dict[str, Route]:
    """The shortest route from ``start`` to each of ``goals``; of equals, the one first in the alphabet."""
    frontier = [(0, (start,))]
    routes: dict[str, Route] = {}
    settled: set[str] = set()
    while frontier and len(routes) < len(goals):
        frontier.sort()
        metres, places = frontier.pop(0)
        place = places[-1]
        if place in settled:
            continue
        settled.add(place)
        if place in goals:
            routes[place] = Route(metres, places)
        for neighbour, length in streets.neighbours[place].items():
            if neighbour not in settled:
                frontier.append((metres + length, (*places, neighbour)))
    return routes


def tour(streets: Streets, depot: str, stops: list[str]) -> Route:
    """Visit the stops, the nearest next, and return to the depot."""
    missing = [stop for stop in [depot, *stops] if stop not in streets]
    if missing:
        raise NoRoute(f"not on the map: {', '.join(missing)}")
    metres, places, open_stops = 0, (depot,), dict.fromkeys(stops)
    open_stops.pop(depot, None)
    while open_stops:
        routes = shortest(streets, places[-1], set(open_stops))
        if not routes:
            raise NoRoute(f"no way from {places[-1]} to {', '.join(open_stops)}")
        leg = min(routes.values(), key=lambda route: (route.metres, route.places))
        metres += leg.metres
        places += leg.places[1:]
        for place in leg.places:
            open_stops.pop(place, None)
    home = shortest(streets, places[-1], {depot})
    if depot not in home:
        raise NoRoute(f"no way from {places[-1]} home to {depot}")
    return Route(metres + home[depot].metres, places + home[depot].places[1:])
