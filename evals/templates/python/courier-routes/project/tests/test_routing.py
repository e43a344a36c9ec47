import pytest

from courier.routing import NoRoute, Route, shortest, tour
from courier.streets import Streets


def grid(size):
    def place(row, column):
        return f"{chr(97 + row)}{column:02}"

    across = [
        (place(row, column), place(row, column + 1), 40 + (row * 7 + column * 5) % 30)
        for row in range(size)
        for column in range(size - 1)
    ]
    down = [
        (place(row, column), place(row + 1, column), 40 + (row * 3 + column * 11) % 30)
        for row in range(size - 1)
        for column in range(size)
    ]
    return Streets(across + down)


def test_of_equal_routes_the_first_in_the_alphabet_wins():
    streets = Streets([("a", "c", 1), ("a", "b", 1), ("b", "d", 1), ("c", "d", 1)])
    assert shortest(streets, "a", {"d"}) == {"d": Route(2, ("a", "b", "d"))}


def test_a_one_way_street_leads_one_way():
    streets = Streets(one_way=[("a", "b", 5)])
    assert "b" in shortest(streets, "a", {"b"})
    assert shortest(streets, "b", {"a"}) == {}
    with pytest.raises(NoRoute):
        tour(streets, "a", ["b"])


def test_a_place_off_the_map_is_named():
    with pytest.raises(NoRoute, match="nowhere"):
        tour(grid(2), "a00", ["nowhere"])


def test_a_street_cannot_be_shorter_than_nothing():
    with pytest.raises(ValueError, match="-1"):
        Streets([("a", "b", -1)])


def test_a_tour_returns_home():
    route = tour(grid(5), "a00", ["e04", "c02", "a04"])
    assert route.places[0] == route.places[-1] == "a00"
    assert {"e04", "c02", "a04"} <= set(route.places)


def test_across_the_town():
    routes = shortest(grid(26), "a00", {"z25", "a25"})
    assert routes["z25"].metres > routes["a25"].metres
