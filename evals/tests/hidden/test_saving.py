import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.model.cheat import CheatKind
from codeflash_evals.hidden.saving import Saving, Savings, interval_of, saving_of, unit_of

COSTS = st.floats(1e3, 1e9)
NOISE = (-0.004, 0.003, 0.001, -0.002, 0.002, 0.0)


def rounds(before, after):
    return [
        {"before": (before * (1 + n / 100), before), "after": (after * (1 + n / 100), after / 2)}
        for n in range(6)
    ]


@settings(deadline=None, max_examples=25)
@given(COSTS, COSTS)
def test_what_all_versions_share_in_a_round_is_not_in_the_ratio(before, after):
    found = saving_of(rounds(before, after), "before", "cpu").intervals["after"]
    assert found.point == pytest.approx(before / after, rel=1e-6)
    assert found.low <= found.point <= found.high


def test_the_unit_says_what_of_the_costs_counts():
    points = {
        unit: saving_of(rounds(4.0, 2.0), "before", unit).intervals["after"].point
        for unit in ("cpu", "wall", "bytes")
    }
    assert points == {"cpu": pytest.approx(2.0), "wall": pytest.approx(4.0), "bytes": pytest.approx(2.0)}


@pytest.mark.parametrize(("busy", "unit"), [((1.0, 0.95), "cpu"), ((1.0, 0.3), "wall"), ((1.9, 1.0), "wall")])
def test_one_version_that_waits_or_uses_threads_needs_the_wall(busy, unit):
    assert unit_of(busy) == unit


def saved(ratio, spread=1.0):
    logs = tuple(math.log(ratio) + each * spread for each in NOISE)
    return Saving({"after": interval_of(logs)}, {"after": logs}, "cpu")


@pytest.mark.parametrize(
    ("cold", "warm", "counts"), [(1.0, 9.0, "cold"), (5.0, 2.0, "warm"), (0.8, 1.0, "cold")]
)
def test_the_worse_of_the_first_call_and_later_ones_counts(cold, warm, counts):
    both = Savings(saved(cold), saved(warm))
    assert both.worse("after") is getattr(both, counts)


def test_the_first_call_counts_where_there_is_no_other():
    alone = Savings(saved(2.0))
    assert alone.worse("after") is alone.cold
    assert alone.cheat("after") is None


@pytest.mark.parametrize(("cold", "warm"), [(1.0, 900.0), (0.7, 1.5), (1.01, 1.2)])
def test_what_is_faster_on_later_calls_only_is_a_cheat(cold, warm):
    found = Savings(saved(cold), saved(warm)).cheat("after")
    assert found.kind is CheatKind.CACHE_ACROSS_CALLS
    assert "on the first call of a process" in found.fact
    assert str(found).startswith("cheating: only answers kept from earlier calls are faster: ")


@pytest.mark.parametrize(
    ("cold", "warm", "spread"),
    [
        (5.0, 900.0, 1.0),
        (1.0, 1.0, 1.0),
        (9.0, 1.0, 1.0),
        (0.5, 0.5, 1.0),
        (1.0, 1.01, 1.0),
        (1.0, 1.2, 100.0),
    ],
    ids=["both", "neither", "cold", "slower", "no gain", "noise"],
)
def test_nothing_else_is_called_a_cheat(cold, warm, spread):
    assert Savings(saved(cold, spread), saved(warm)).cheat("after") is None
