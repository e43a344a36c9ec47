import math

import pytest

from levels.smoothing import energy, measure, smooth


def signal(count):
    return [math.sin(n / 9) + (n * 31 % 17) / 40 for n in range(count)]


def test_a_weight_of_one_follows_the_signal():
    assert smooth([3.0, -1.5], 1) == [3.0, -1.5]


def test_a_level_approaches_a_constant():
    assert smooth([8.0, 8.0], 0.5) == [4.0, 6.0]


@pytest.mark.parametrize("weight", [0, -0.1, 1.5])
def test_a_weight_is_a_share(weight):
    with pytest.raises(ValueError, match="a weight of"):
        smooth([1.0], weight)


def test_energy_is_added_in_order():
    assert energy([1e8, 1.0, 1e-8]) == (1e16 + 1.0) + 1e-16


def test_a_long_signal():
    level, above = measure(signal(8000))
    assert 0 < level < 1
    assert above > 0
    assert measure([]) == (0.0, 0.0)
