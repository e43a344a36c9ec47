import math

import pytest

from codeflash_core.stats.calibration import inner_loops, loops_for, samples_within


@pytest.mark.parametrize(
    ("ns", "loops"), [(1e6, 1), (5e9, 1), (1e5, 10), (250.0, 4000), (0.5, 1_000_000), (0.0, 1_000_000)]
)
def test_a_sample_comes_near_its_target(ns, loops):
    assert inner_loops(ns) == loops


def test_copies_in_memory_limit_the_loop():
    assert inner_loops(100.0, max_loops=50) == 50


def test_the_slower_side_sets_the_loop():
    assert loops_for(1e5, 1e4) == 10
    assert loops_for(1e4, 1e5) == 10


@pytest.mark.parametrize(
    "arguments", [(-1.0,), (math.nan,), (1.0, 0.0), (1.0, math.inf), (1.0, -5.0), (1.0, 1e6, 0)]
)
def test_a_timing_that_cannot_be_is_refused(arguments):
    with pytest.raises(ValueError):
        inner_loops(*arguments)


def test_samples_fit_the_budget_between_their_bounds():
    assert samples_within(24e6, 1e6, 6, 48) == 24
    assert samples_within(24e6, 1e9, 6, 48) == 6
    assert samples_within(24e6, 1.0, 6, 48) == 48
    assert samples_within(24e6, 0.0, 6, 48) == 48


@pytest.mark.parametrize(("least", "most"), [(0, 5), (6, 5)])
def test_bounds_that_cross_are_refused(least, most):
    with pytest.raises(ValueError, match="least <= most"):
        samples_within(1.0, 1.0, least, most)
