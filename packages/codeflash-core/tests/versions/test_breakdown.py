import pytest

from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.versions.breakdown import profiles, spends_time_in, with_functions
from codeflash_core.versions.values import Memory, Row


async def test_functions_of_both_versions_are_set_side_by_side(scripted, versions):
    script = scripted({"x": (1000.0, 400.0), "y": (1e3, 1e3)})
    before, memory = await profiles(versions(script)[0], ["x", "y"], memory=True)
    after, _ = await profiles(versions(script)[1], ["x", "y"], memory=False)
    found = {each.name: each for each in with_functions(Row("x"), before, after).functions}
    assert next(iter(found)) == "work"
    assert found["work"].own_saved == pytest.approx(600e-9)
    assert found["v0"].after is None
    assert found["v1"].before is None
    assert memory["x"] == Memory(1000, 3)


async def test_a_benchmark_that_kills_its_process_costs_only_itself(scripted, versions):
    script = scripted({"w": (1e3, 1e3), "x": ("crash", "crash"), "y": (1e3, 1e3)})
    found, _ = await profiles(versions(script)[0], ["w", "x", "y"], memory=False)
    assert set(found) == {"w", "y"}


def test_benchmarks_are_chosen_by_the_functions_that_they_call():
    profile = (FunctionTime("m.py", "Basket.total", 1.0, 1.0, 1.0),)
    assert spends_time_in(profile, ["m.py::Basket.total"])
    assert spends_time_in(profile, ["Basket.total"])
    assert not spends_time_in(profile, ["total", "other.py::Basket.total"])
