"""Figures as people read them."""

from __future__ import annotations

import math

from codeflash_evals.scores.bootstrap import Mean
from codeflash_evals.scores.measures import Measure


def shown(mean: Mean | None, measure: Measure) -> str:
    """A mean with its interval, such as ``72 % [55, 86]``; a dash without one.

    Args:
        mean: Over cases.
        measure: What it is of.
    """
    if mean is None:
        return "–"
    point, unit = _number(mean.point, measure.form), _UNITS[measure.form]
    # Of a figure that is the same in all cases the interval says nothing more.
    if mean.low is None or mean.high is None or mean.low == mean.high:
        return f"{point}{unit}"
    return f"{point}{unit} [{_number(mean.low, measure.form)}, {_number(mean.high, measure.form)}]"


_UNITS = {"percent": " %", "ratio": "x", "number": "", "seconds": " s", "usd": " USD"}


def _number(value: float, form: str) -> str:
    if form == "percent":
        return f"{100.0 * value:.0f}"
    if form == "ratio":
        return f"{math.exp(value):.2f}"
    return f"{value:.3f}" if form == "usd" else f"{value:.1f}" if form == "number" else f"{value:.0f}"


def shown_change(mean: Mean, measure: Measure) -> str:
    """A mean difference with its interval: points, seconds, or a factor where the score is a ratio."""
    form, unit = measure.form, {"percent": " points"}.get(measure.form, _UNITS[measure.form])
    if form == "ratio":
        return shown(mean, measure)
    words = [
        f"{'+' if value > 0 else ''}{_number(value, form)}"
        for value in (mean.point, mean.low, mean.high)
        if value is not None
    ]
    if len(words) < 3 or mean.low == mean.high:
        return f"{words[0]}{unit}"
    return f"{words[0]}{unit} [{words[1]}, {words[2]}]"
