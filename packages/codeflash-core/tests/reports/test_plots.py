import math
import xml.etree.ElementTree as ElementTree

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.model.comparison import Growth, Interval
from codeflash_core.reports.plots import IntervalRow, LogAxis, block_plot, growth_plot, interval_plot, ticks

ROW = IntervalRow("rewrites:x", "accepted", "faster", Interval(1.8, 1.7, 1.9, 0.999, 6))
GROWTH = Growth(
    (10, 20, 40, 80, 160), (1e3, 4e3, 16e3, 64e3, 256e3), (1e3, 2e3, 4e3, 8e3, 16e3), (2, 2, 2), (1, 1, 1)
)


def parsed(svg):
    return ElementTree.fromstring(svg)


def numbers(root, *names):
    return [float(e.get(name)) for e in root.iter() for name in names if e.get(name) is not None]


def test_equal_ratios_are_equal_distances_on_a_log_axis():
    axis = LogAxis(1, 100, 0, 200)
    assert axis.at(10) == pytest.approx(100)
    assert axis.at(20) - axis.at(2) == pytest.approx(100)


@pytest.mark.parametrize(
    ("value", "place"), [(0.0, 0), (-1, 0), (0.5, 0), (1e9, 200), (math.inf, 200), (math.nan, 0)]
)
def test_values_beyond_the_axis_stay_on_its_ends(value, place):
    assert LogAxis(1, 100, 0, 200).at(value) == place


@settings(deadline=None)
@given(st.floats(-3, 6), st.floats(0.02, 9))
def test_ticks_lie_on_the_axis_and_are_few(start, decades):
    low, high = 10**start, 10 ** (start + decades)
    found = ticks(low, high)
    assert len(found) <= 7
    assert list(found) == sorted(set(found))
    assert all(low * 0.999 <= tick <= high * 1.001 for tick in found)
    if decades >= 1:
        assert found


def test_ticks_are_round_numbers():
    assert ticks(0.9, 2.1) == (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)
    assert ticks(0.5, 300.0, 9) == (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
    assert ticks(0.98, 1.07) == (0.98, 1.0, 1.02, 1.04, 1.06)


def test_every_candidate_has_a_row_and_its_figure():
    rows = [ROW, evolve(ROW, label="service:y", status="rejected", note="different result", interval=None)]
    svg = interval_plot(rows, delta=0.02, noise_floor=0.004)
    root = parsed(svg)
    assert len([e for e in root.iter("g") if e.get("class", "").startswith("row")]) == 2
    text = "".join(root.itertext())
    assert "1.80x [1.70, 1.90]" in text
    assert "not timed" in text
    assert "different result" in text
    assert "noise floor ±0.4 %" in text
    assert "the gain to exceed: 2 %" in text


def test_the_intervals_of_faster_candidates_stand_right_of_one():
    root = parsed(interval_plot([ROW]))
    (one,) = [float(e.get("x1")) for e in root.iter("line") if e.get("class") == "one"]
    (bar,) = [e for e in root.iter("g") if e.get("class") == "bar confirmed"]
    low, point, high = float(bar[0].get("x1")), float(bar.find("circle").get("cx")), float(bar[0].get("x2"))
    assert one < low < point < high


def test_a_cold_speedup_is_drawn_below_the_warm_one():
    root = parsed(interval_plot([evolve(ROW, cold=Interval(1.6, 1.5, 1.7, 0.95, 6))]))
    warm, cold = (
        next(e.find("circle") for e in root.iter("g") if e.get("class") == name)
        for name in ("bar confirmed", "bar cold")
    )
    assert float(cold.get("cy")) > float(warm.get("cy"))
    assert float(cold.get("cx")) < float(warm.get("cx"))


def test_a_screening_is_told_from_a_confirmation():
    svg = interval_plot([evolve(ROW, screening=True)])
    assert "bar screening" in svg
    assert "screening only" in svg


@pytest.mark.parametrize(
    "interval",
    [
        Interval(1.5, 0.0, math.inf, 0.999, 1),
        Interval(1e-9, 1e-12, 1e-6, 0.999, 4),
        Interval(5e8, 1e8, 1e9, 0.999, 4),
        Interval(1.0, 1.0, 1.0, 0.999, 4),
        Interval(1.2, 1e-200, 1e200, 0.999, 2),
    ],
)
def test_extreme_intervals_stay_inside_the_picture(interval):
    root = parsed(interval_plot([evolve(ROW, interval=interval)], delta=0.0, noise_floor=0.5))
    places = numbers(root, "x1", "x2", "cx", "x", "y1", "y2", "cy", "y")
    assert all(math.isfinite(place) and 0 <= place <= 960 for place in places)


@pytest.mark.parametrize(
    "svg",
    [
        interval_plot([evolve(ROW, label="<script>&\"'", note="</svg><b>", status="re<j>")]),
        growth_plot(GROWTH),
        block_plot([1.7, 1.8], ROW.interval),
    ],
)
def test_a_plot_is_well_formed_and_says_what_it_shows(svg):
    root = parsed(svg)
    assert root.get("role") == "img"
    assert root.find("title").text
    assert root.find("desc").text
    assert not list(root.iter("script")) + list(root.iter("b"))


def test_a_single_block_is_a_point_without_bounds():
    root = parsed(
        interval_plot([evolve(ROW, interval=Interval(0.8, 0.0, math.inf, 0.999, 1), screening=True)])
    )
    (bar,) = [e for e in root.iter("g") if e.get("class") == "bar screening"]
    assert bar.find("circle") is not None
    assert bar.find("line") is None
    assert "about 0.80x" in "".join(root.itertext())


def test_long_labels_are_cut_and_kept_in_the_tooltip():
    svg = interval_plot([evolve(ROW, label="m" * 90)])
    assert f"{'m' * 45}…</text>" in svg
    assert f"<title>{'m' * 90}: accepted" in svg


def test_growth_shows_both_curves_with_their_exponents():
    root = parsed(growth_plot(GROWTH))
    text = "".join(root.itertext())
    assert "before: n^2.00 [2.00, 2.00]" in text
    assert "after: n^1.00 [1.00, 1.00]" in text
    before, after = (e.get("points").split() for e in root.iter("polyline"))
    assert len(before) == len(after) == 5
    # The slower version ends higher, and up is less on an SVG page.
    assert float(before[-1].split(",")[1]) < float(after[-1].split(",")[1])


def test_blocks_are_drawn_in_order_with_their_interval():
    root = parsed(block_plot([1.7, 1.9, math.nan, 1.8], ROW.interval))
    dots = list(root.iter("circle"))
    assert len(dots) == 3
    assert [float(e.get("cx")) for e in dots] == sorted(float(e.get("cx")) for e in dots)
    assert float(dots[1].get("cy")) < float(dots[2].get("cy")) < float(dots[0].get("cy"))
    assert [e for e in root.iter("rect") if e.get("class") == "band"]


def test_nothing_to_draw_draws_nothing():
    assert interval_plot([]) == ""
    assert block_plot([], None) == ""
    assert block_plot([math.nan], ROW.interval) == ""
    assert growth_plot(Growth((5,), (1.0,), (1.0,), (1, 1, 1), (1, 1, 1))) == ""
    assert growth_plot(evolve(GROWTH, a_ns=(), b_ns=())) == ""
