import math
import random

import pytest

from codeflash_core.stats.growth import exponent, grows_worse, growth

SIZES = (100, 200, 400, 800, 1600, 3200)


def power(k, seed, factor=1.0, noise=0.02):
    rng = random.Random(seed)
    return tuple(factor * size**k * math.exp(rng.gauss(0, noise)) for size in SIZES)


@pytest.mark.parametrize("k", [0.0, 1.0, 2.0])
def test_the_exponent_of_a_power_law_lies_in_its_interval(k):
    point, low, high = exponent(SIZES, power(k, seed=11))
    assert low < k < high
    assert low < point < high
    assert high - low < 0.2


def test_the_interval_covers_the_true_exponent_about_as_often_as_it_says():
    covered = 0
    for seed in range(400):
        _, low, high = exponent(SIZES, power(1.5, seed))
        covered += low <= 1.5 <= high
    assert 0.92 * 400 <= covered <= 0.98 * 400


def test_the_unit_of_time_does_not_matter():
    times = power(2.0, seed=3)
    assert exponent(SIZES, times) == pytest.approx(exponent(SIZES, [t * 1e-9 for t in times]))


def test_both_sides_are_fitted_and_sorted_by_size():
    order = [3, 1, 0, 2, 5, 4]
    a, b = power(2.0, 1), power(1.0, 2)
    found = growth([SIZES[i] for i in order], [a[i] for i in order], [b[i] for i in order])
    assert found.sizes == SIZES
    assert found.a_ns == a
    assert found.b_ns == b
    assert found.a_exponent[0] == pytest.approx(2.0, abs=0.1)
    assert found.b_exponent[0] == pytest.approx(1.0, abs=0.1)
    assert not grows_worse(found)


def test_a_candidate_that_grows_worse_is_told_although_it_is_faster_at_first():
    assert grows_worse(growth(SIZES, power(1.0, 1, factor=1e4), power(2.0, 2)))


def test_a_candidate_that_saves_a_constant_does_not_grow_worse():
    """What is left of n + c is n: a larger exponent, and the better version at every size."""
    before = [1000.0 + 10.0 * size for size in SIZES]
    after = [200.0 + 10.0 * size for size in SIZES]
    assert growth(SIZES, before, after).b_exponent[0] > growth(SIZES, before, after).a_exponent[0]
    assert not grows_worse(growth(SIZES, before, after))


def test_a_saving_that_shrinks_towards_the_largest_size_is_worse_growth():
    before = [100.0 * size for size in SIZES]
    after = [10.0 * size + 85.0 * size * size / SIZES[-1] for size in SIZES]
    assert all(b < a for a, b in zip(before, after, strict=True))
    assert grows_worse(growth(SIZES, before, after))


def test_a_slight_rise_on_a_large_gain_is_not_worse_growth():
    """At n^0.12 a call that is seven times as fast loses its lead at ten million times the size."""
    before = [600.0] * len(SIZES)
    after = [85.0 * (size / SIZES[-1]) ** 0.12 for size in SIZES]
    assert not grows_worse(growth(SIZES, before, after))


def test_equal_growth_is_not_worse():
    assert not any(grows_worse(growth(SIZES, power(1.0, s), power(1.0, s + 1000))) for s in range(50))


@pytest.mark.parametrize(
    ("sizes", "times", "message"),
    [
        ((1, 2, 3, 4), (1.0,) * 4, "5 different sizes, got 4"),
        ((1, 1, 2, 3, 4), (1.0,) * 5, "5 different sizes, got 4"),
        ((1, 2, 3, 4, 5), (1.0,) * 4, "5 sizes and 4 times"),
        ((0, 1, 2, 3, 4), (1.0,) * 5, "positive"),
        ((1, 2, 3, 4, 5), (1.0, 1.0, 0.0, 1.0, 1.0), "positive"),
        ((1, 2, 3, 4, 5), (1.0, 1.0, math.nan, 1.0, 1.0), "finite"),
    ],
)
def test_a_fit_without_enough_sound_points_is_refused(sizes, times, message):
    with pytest.raises(ValueError, match=message):
        exponent(sizes, times)
