import math

import pytest

from codeflash_core.stats.estimate import estimate, line


def test_mean_and_spread_are_those_of_the_textbook():
    summary = estimate([0.1, 0.2, 0.3, 0.4])
    assert summary.mean == pytest.approx(0.25)
    assert summary.sd == pytest.approx(math.sqrt(0.05 / 3))
    assert summary.standard_error == pytest.approx(math.sqrt(0.05 / 3) / 2)
    assert not summary.degenerate


def test_the_interval_uses_students_quantile():
    low, high = estimate([0.1, 0.2, 0.3, 0.4]).interval(0.025)
    margin = 3.182446305284263 * math.sqrt(0.05 / 3) / 2
    assert (low, high) == pytest.approx((0.25 - margin, 0.25 + margin), rel=1e-9)


def test_the_spread_has_a_floor():
    assert estimate([0.1, 0.1 + 1e-9]).sd == 0.001


def test_equal_ratios_are_degenerate():
    assert estimate([0.3, 0.3, 0.3]).degenerate


def test_a_single_block_has_no_bounds():
    summary = estimate([0.7])
    assert summary.interval(0.01) == (-math.inf, math.inf)
    assert summary.degenerate


@pytest.mark.parametrize("ratio", [math.nan, math.inf, -math.inf])
def test_a_ratio_that_is_not_finite_is_refused_with_its_block(ratio):
    with pytest.raises(ValueError, match="block 1"):
        estimate([0.1, ratio, 0.1])


def test_no_blocks_are_refused():
    with pytest.raises(ValueError, match="at least one block"):
        estimate([])


def test_a_line_is_fitted_with_the_error_of_its_slope():
    intercept, slope, error = line([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 4.0, 7.0])
    assert (intercept, slope) == pytest.approx((0.9, 1.9))
    assert error == pytest.approx(math.sqrt(0.7 / 2 / 5))


def test_two_points_give_a_line_without_certainty():
    assert line([0.0, 2.0], [1.0, 5.0]) == (1.0, 2.0, math.inf)


@pytest.mark.parametrize(
    ("xs", "ys"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0])]
)
def test_points_that_make_no_line_are_refused(xs, ys):
    with pytest.raises(ValueError, match="a line needs"):
        line(xs, ys)
