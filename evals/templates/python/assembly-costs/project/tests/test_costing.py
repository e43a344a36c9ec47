import pytest

from assembly.catalogue import Catalogue, UnknownPart
from assembly.costing import cheaper_than, cost, levels, report


def tower(height):
    recipes = {f"deck{n:02}": ((f"deck{n - 1:02}", 2), ("bolt", n), (f"deck{max(0, n - 2):02}", 1)) for n in range(1, height)}
    return Catalogue({"deck00": 900, "bolt": 3}, recipes, {part: 2 for part in recipes})


def test_work_and_components_add_up():
    assert cost(tower(2), "deck01") == 2 * 55 + 2 * 900 + 3 + 900


def test_a_bought_part_has_its_price():
    assert cost(tower(2), "bolt") == 3


def test_an_unknown_part_is_named():
    with pytest.raises(UnknownPart, match="no such part: nut"):
        cost(Catalogue({}, {"a": (("nut", 1),)}), "a")


def test_levels_of_a_branch():
    assert levels(tower(5), "deck04") == 5


def test_the_dearest_part_comes_first():
    assert [part for part, _, _ in report(tower(3))] == ["deck02", "deck01", "deck00", "bolt"]


def test_a_higher_wage_leaves_fewer_parts():
    found = cheaper_than(tower(14), 200_000, (20, 4000))
    assert len(found[4000]) < len(found[20])
