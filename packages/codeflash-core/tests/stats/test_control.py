import math

import pytest

from codeflash_core.model.comparison import Control
from codeflash_core.stats.control import adjusted_delta, control, floor_by_look


def test_a_quiet_machine_keeps_delta():
    found = control([0.001, -0.002, 0.0015, -0.001])
    assert not found.noisy
    assert found.blocks == 4
    assert found.noise_floor == pytest.approx(math.expm1(3 * found.standard_error))
    assert adjusted_delta(0.02, found) == 0.02


def test_a_biased_control_is_noisy():
    found = control([0.006, 0.0061, 0.0062, 0.0059])
    assert found.noisy
    assert found.noise_floor >= math.expm1(0.006)


def test_a_wide_control_raises_delta_to_three_standard_errors():
    found = control([0.05, -0.05, 0.04, -0.04])
    assert found.noisy
    assert adjusted_delta(0.02, found) == pytest.approx(math.expm1(3 * found.standard_error))


def test_a_noisy_machine_never_lowers_delta():
    found = Control(mean=0.006, spread=0.001, standard_error=0.0005, blocks=4, noisy=True, noise_floor=0.006)
    assert adjusted_delta(0.02, found) == 0.02


def test_without_a_control_delta_stays():
    assert adjusted_delta(0.02, None) == 0.02


@pytest.mark.parametrize("ratios", [[], [0.1]])
def test_a_control_of_too_few_blocks_is_refused(ratios):
    with pytest.raises(ValueError, match="at least two blocks"):
        control(ratios)


def test_a_control_with_a_broken_ratio_is_refused():
    with pytest.raises(ValueError, match="not a finite number"):
        control([0.0, math.nan, 0.0])


def test_the_floor_of_a_look_knows_only_the_blocks_before_it():
    asked = floor_by_look([0.1, -0.1, 0.1, -0.1] + [0.0] * 26, 0.02)
    assert asked(1) == pytest.approx(math.log1p(0.02))
    assert asked(4) > asked(30) > math.log1p(0.02)
