import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.stats.student import cdf, quantile, regularized_beta, survival, upper_quantile


def cdf_by_series(t, df):
    """Abramowitz & Stegun 26.7.3 and 26.7.4: finite series for whole degrees of freedom, another method."""
    theta = math.atan(t / math.sqrt(df))
    cosine, sine = math.cos(theta), math.sin(theta)
    if df == 1:
        return 0.5 + theta / math.pi
    if df % 2:
        term, total = cosine, cosine
        for k in range(3, df - 1, 2):
            term *= (k - 1) / k * cosine**2
            total += term
        return 0.5 + (theta + sine * total) / math.pi
    term, total = 1.0, 1.0
    for k in range(2, df - 1, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    return 0.5 + sine * total / 2


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 7, 8, 13, 19, 29, 60])
@pytest.mark.parametrize("t", [-40.0, -3.5, -1.0, -1e-6, 0.0, 0.3, 1.0, 2.5, 12.9, 60.0])
def test_distribution_agrees_with_the_finite_series(t, df):
    assert cdf(t, df) == pytest.approx(cdf_by_series(t, df), abs=1e-13)


@pytest.mark.parametrize(
    ("p", "df", "table"),
    [
        (0.975, 1, 12.706),
        (0.995, 1, 63.657),
        (0.9995, 1, 636.619),
        (0.95, 3, 2.353),
        (0.9995, 3, 12.924),
        (0.999, 5, 5.893),
        (0.975, 10, 2.228),
        (0.95, 29, 1.699),
        (0.995, 30, 2.750),
        (0.9995, 60, 3.460),
    ],
)
def test_quantiles_agree_with_printed_tables(p, df, table):
    assert quantile(p, df) == pytest.approx(table, abs=5e-4)


@pytest.mark.parametrize("p", [1e-12, 0.0005, 0.01, 0.3, 0.5, 0.7, 0.999])
def test_quantiles_of_one_and_two_degrees_have_closed_forms(p):
    assert quantile(p, 1) == pytest.approx(-1 / math.tan(math.pi * p), rel=1e-10, abs=1e-12)
    closed = (2 * p - 1) * math.sqrt(2) / math.sqrt(4 * p * (1 - p))
    assert quantile(p, 2) == pytest.approx(closed, rel=1e-10, abs=1e-12)


def test_many_degrees_of_freedom_approach_the_normal_distribution():
    assert quantile(0.975, 1e7) == pytest.approx(1.959963984540054, abs=1e-6)


@settings(deadline=None)
@given(st.floats(1e-12, 0.499), st.integers(1, 200))
def test_the_quantile_inverts_the_upper_tail(alpha, df):
    assert survival(upper_quantile(alpha, df), df) == pytest.approx(alpha, rel=1e-9)


@settings(deadline=None)
@given(st.floats(-50, 50), st.integers(1, 100))
def test_both_tails_add_up_to_one(t, df):
    assert cdf(t, df) + survival(t, df) == pytest.approx(1.0, abs=1e-13)
    assert cdf(t, df) == pytest.approx(survival(-t, df))


def test_infinite_arguments_take_the_whole_probability():
    assert survival(math.inf, 3) == 0.0
    assert cdf(math.inf, 3) == 1.0
    assert cdf(-math.inf, 3) == 0.0


def test_incomplete_beta_of_whole_shapes_is_a_binomial_tail():
    expected = sum(math.comb(10, k) * 0.3**k * 0.7 ** (10 - k) for k in range(4, 11))
    assert regularized_beta(4, 7, 0.3) == pytest.approx(expected, rel=1e-13)
    assert regularized_beta(4, 7, 0.0) == 0.0
    assert regularized_beta(4, 7, 1.0) == 1.0


@pytest.mark.parametrize("arguments", [(0.0, 1.0, 0.5), (1.0, -1.0, 0.5), (1.0, 1.0, -0.1), (1.0, 1.0, 1.1)])
def test_incomplete_beta_refuses_arguments_out_of_range(arguments):
    with pytest.raises(ValueError):
        regularized_beta(*arguments)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, math.nan])
def test_a_tail_probability_outside_the_open_interval_is_refused(alpha):
    with pytest.raises(ValueError, match="tail probability"):
        upper_quantile(alpha, 3)


def test_missing_degrees_of_freedom_are_refused():
    for call in (lambda: survival(1.0, 0), lambda: upper_quantile(0.1, 0), lambda: survival(math.nan, 3)):
        with pytest.raises(ValueError, match="degrees of freedom"):
            call()
