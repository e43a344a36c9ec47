"""Plots as inline SVG, drawn by hand: no script, no resource, colours from the page's style sheet.

Every plot carries a `<title>` and a `<desc>` for those who listen to it, and no meaning rests on colour
alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen

from codeflash_core.model.comparison import Growth, Interval
from codeflash_core.reports import figures
from codeflash_core.reports.text import escape

_WIDTH = 960
_PLOT_LEFT, _PLOT_RIGHT = 400, 770
_ROW = 46
_TOP, _BOTTOM = 12, 44


@frozen
class LogAxis:
    """A logarithmic axis between two values and two places on the page."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Returns the place of a value, clipped to the axis."""
        if not value > self.low:
            return self.start
        if value >= self.high:
            return self.end
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, most: int = 7) -> tuple[float, ...]:
    """Returns round values on a logarithmic axis.

    Args:
        low: Lower end, positive.
        high: Upper end, above it.
        most: How many fit.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    choices = []
    if high / low < 5:
        choices = [(step * scale,) for scale in (0.001, 0.01, 0.1, 1.0, 10.0) for step in (1, 2, 5)]
        for (step,) in choices:
            indexes = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
            if 2 <= len(indexes) <= most:
                return tuple(round(index * step, 6) for index in indexes)
    for digits in ((1, 2, 5), (1,)):
        found = [d * 10.0**e for e in range(first, last + 1) for d in digits if low <= d * 10.0**e <= high]
        if len(found) <= most:
            return tuple(found)
    stride = math.ceil((last - first + 1) / most)
    return tuple(10.0**e for e in range(first, last + 1, stride) if low <= 10.0**e <= high)


@frozen
class IntervalRow:
    """One candidate in an interval plot."""

    label: str
    """Who proposed it."""
    status: str
    """``accepted``, ``rejected``, ``inconclusive`` or ``needs-evidence``; names the style."""
    note: str
    """The first reason."""
    interval: Interval | None = None
    """The speedup, or None when it was not timed."""
    screening: bool = False
    """Whether the interval is only that of a screening."""
    cold: Interval | None = None
    """The speedup on cold caches."""


def interval_plot(
    rows: Sequence[IntervalRow], *, delta: float = 0.02, noise_floor: float | None = None
) -> str:
    """Draws the speedups of all candidates with their intervals on one logarithmic axis.

    Args:
        rows: The candidates, in the order to show.
        delta: The gain that had to be exceeded, as a fraction; a dashed line.
        noise_floor: What differences mean nothing below, as a fraction; a band around 1.

    Returns:
        An SVG element, empty when there are no rows.
    """
    if not rows:
        return ""
    axis = _interval_axis(rows, delta)
    bottom = _TOP + _ROW * len(rows)
    height = bottom + _BOTTOM
    parts = [
        f'<svg class="plot intervals" role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">',
        "<title>Speedup of each candidate with its interval</title>",
        f"<desc>{escape(_describe(rows))}</desc>",
    ]
    if noise_floor:
        left, right = axis.at(1 / (1 + noise_floor)), axis.at(1 + noise_floor)
        parts.append(
            f'<rect class="noise" x="{left:.1f}" y="{_TOP}" width="{max(right - left, 1):.1f}" '
            f'height="{bottom - _TOP}"><title>noise floor ±{figures.percent(noise_floor, 2)}</title></rect>'
        )
    for value in ticks(axis.low, axis.high):
        x = axis.at(value)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 17}">{value:g}x</text>')
    one, wanted = axis.at(1.0), axis.at(1 + delta)
    parts.append(f'<line class="one" x1="{one:.1f}" x2="{one:.1f}" y1="{_TOP}" y2="{bottom}"/>')
    parts.append(
        f'<line class="wanted" x1="{wanted:.1f}" x2="{wanted:.1f}" y1="{_TOP}" y2="{bottom}">'
        f"<title>the gain to exceed: {figures.percent(delta)}</title></line>"
    )
    parts += [_interval_row(row, axis, _TOP + _ROW * index) for index, row in enumerate(rows)]
    middle = (_PLOT_LEFT + _PLOT_RIGHT) / 2
    parts.append(
        f'<text class="axis" x="{middle:.0f}" y="{bottom + 36}">'
        "times as fast as the original (log scale); dashed: the gain to exceed</text></svg>"
    )
    return "".join(parts)


def _interval_axis(rows: Sequence[IntervalRow], delta: float) -> LogAxis:
    values = [1.0, 1 + delta]
    for row in rows:
        for each in (row.interval, row.cold):
            if each is not None:
                values += [v for v in (each.low, each.point, each.high) if math.isfinite(v) and v > 0]
    # Bounds from very few blocks may be astronomically wide; the points set the scale, the bounds are clipped.
    points = [
        1.0,
        *(r.interval.point for r in rows if r.interval is not None and 0 < r.interval.point < math.inf),
    ]
    low, high = max(min(values), min(points) / 4), min(max(values), max(points) * 4)
    pad = max((high / low) ** 0.06, 1.01)
    return LogAxis(low / pad, high * pad, _PLOT_LEFT, _PLOT_RIGHT)


def _describe(rows: Sequence[IntervalRow]) -> str:
    return "; ".join(
        f"{row.label}: {row.status}, {figures.interval(row.interval) if row.interval else 'not timed'}"
        for row in rows
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _interval_row(row: IntervalRow, axis: LogAxis, top: float) -> str:
    y = top + _ROW / 2
    status = escape(row.status)
    parts = [
        f'<g class="row {status}"><title>{escape(f"{row.label}: {row.status}. {row.note}", 500)}</title>',
        f'<line class="rule" x1="0" x2="{_WIDTH}" y1="{top + _ROW}" y2="{top + _ROW}"/>',
        f'<text class="label" x="0" y="{y - 3:.1f}">{escape(_short(row.label, 46))}</text>',
        f'<text class="note" x="0" y="{y + 14:.1f}">'
        f'<tspan class="word">{status}</tspan> {escape(_short(row.note, 50))}</text>',
    ]
    if row.interval is None:
        parts.append(f'<text class="untimed" x="{_PLOT_LEFT + 8}" y="{y + 4:.1f}">not timed</text></g>')
        return "".join(parts)
    if row.cold is not None:
        parts.append(_bar(row.cold, axis, y + 11, "cold"))
    parts.append(_bar(row.interval, axis, y, "screening" if row.screening else "confirmed"))
    kind = "screening only" if row.screening else figures.count(row.interval.blocks, "block")
    if row.cold is not None:
        kind += f", cold {figures.ratio(row.cold.point)}x"
    parts.append(
        f'<text class="figure" x="{_PLOT_RIGHT + 14}" y="{y - 3:.1f}">{escape(figures.interval(row.interval))}</text>'
    )
    parts.append(f'<text class="note" x="{_PLOT_RIGHT + 14}" y="{y + 14:.1f}">{escape(kind)}</text></g>')
    return "".join(parts)


def _bar(value: Interval, axis: LogAxis, y: float, kind: str) -> str:
    low, high, point = axis.at(value.low), axis.at(value.high), axis.at(value.point)
    parts = [f'<g class="bar {kind}">']
    if value.blocks > 1:
        parts.append(f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for end, inside in ((low, value.low > axis.low), (high, value.high < axis.high)):
        if inside and value.blocks > 1:
            parts.append(f'<line x1="{end:.1f}" x2="{end:.1f}" y1="{y - 5:.1f}" y2="{y + 5:.1f}"/>')
    parts.append(f'<circle cx="{point:.1f}" cy="{y:.1f}" r="{3 if kind == "cold" else 4.5}"/>')
    parts.append(
        f"<title>{escape(f'{kind}: {figures.interval(value)} at {figures.level(value.level)}')}</title></g>"
    )
    return "".join(parts)


def block_plot(ratios: Sequence[float], interval: Interval | None) -> str:
    """Draws each block's speedup in the order measured, over the interval.

    Args:
        ratios: Baseline time over candidate time, one a block.
        interval: The interval that they led to, a band.

    Returns:
        An SVG element, empty when there are no finite ratios.
    """
    sound = [value for value in ratios if 0 < value < math.inf]
    if not sound:
        return ""
    width, height, left, right, top, bottom = 460, 190, 52, 448, 12, 150
    # Bounds from very few blocks may be astronomically wide; the points set the scale, the bounds are clipped.
    widest = 0.01 * min(1.0, *sound), 100.0 * max(1.0, *sound)
    bounds = (interval.low, interval.high) if interval else ()
    finite = [1.0, *sound, *(min(max(value, widest[0]), widest[1]) for value in bounds)]
    pad = max((max(finite) / min(finite)) ** 0.06, 1.01)
    axis = LogAxis(min(finite) / pad, max(finite) * pad, bottom, top)
    step = (right - left) / len(ratios)
    parts = [
        f'<svg class="plot blocks" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<title>Speedup of each block in the order measured</title>",
        f"<desc>{escape(', '.join(f'{figures.ratio(value)}x' for value in ratios))}</desc>",
    ]
    for value in ticks(axis.low, axis.high, 5):
        y = axis.at(value)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick left" x="{left - 7}" y="{y + 4:.1f}">{value:g}x</text>')
    one = axis.at(1.0)
    parts.append(f'<line class="one" x1="{left}" x2="{right}" y1="{one:.1f}" y2="{one:.1f}"/>')
    if interval is not None:
        high, low = axis.at(interval.high), axis.at(interval.low)
        parts.append(
            f'<rect class="band" x="{left}" y="{high:.1f}" width="{right - left}" height="{max(low - high, 1):.1f}">'
            f"<title>{escape(figures.interval(interval))}</title></rect>"
        )
    for index, value in enumerate(ratios):
        if 0 < value < math.inf:
            x = left + (index + 0.5) * step
            parts.append(
                f'<circle class="block" cx="{x:.1f}" cy="{axis.at(value):.1f}" r="4">'
                f"<title>block {index + 1}: {figures.ratio(value)}x</title></circle>"
            )
    middle = (left + right) / 2
    parts.append(
        f'<text class="axis" x="{middle:.0f}" y="{bottom + 28}">blocks, in the order measured</text></svg>'
    )
    return "".join(parts)


def growth_plot(growth: Growth) -> str:
    """Draws time against input size for both versions on logarithmic axes.

    Args:
        growth: Times at some sizes with fitted exponents.

    Returns:
        An SVG element, empty when there is nothing to draw.
    """
    points = [value for value in (*growth.a_ns, *growth.b_ns) if 0 < value < math.inf]
    sizes = [size for size in growth.sizes if size > 0]
    if len(set(sizes)) < 2 or not points:
        return ""
    width, height, left, right, top, bottom = 460, 300, 66, 440, 44, 248
    across = LogAxis(min(sizes) / 1.15, max(sizes) * 1.15, left, right)
    up = LogAxis(min(points) / 1.4, max(points) * 1.4, bottom, top)
    before, after = figures.exponent(growth.a_exponent), figures.exponent(growth.b_exponent)
    parts = [
        f'<svg class="plot growth" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<title>Time against input size, before and after</title>",
        f"<desc>{escape(f'before {before}; after {after}')}</desc>",
        f'<g class="before"><line x1="{left}" x2="{left + 22}" y1="11" y2="11"/>'
        f'<text class="legend" x="{left + 30}" y="15">before: {escape(before)}</text></g>',
        f'<g class="after"><line x1="{left}" x2="{left + 22}" y1="29" y2="29"/>'
        f'<text class="legend" x="{left + 30}" y="33">after: {escape(after)}</text></g>',
    ]
    for value in ticks(up.low, up.high, 5):
        y = up.at(value)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="tick left" x="{left - 7}" y="{y + 4:.1f}">{figures.nanoseconds(value)}</text>'
        )
    for value in ticks(across.low, across.high, 6):
        x = across.at(value)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 17}">{value:,g}</text>')
    for name, times in (("before", growth.a_ns), ("after", growth.b_ns)):
        parts.append(_curve(name, growth.sizes, times, across, up))
    middle = (left + right) / 2
    parts.append(
        f'<text class="axis" x="{middle:.0f}" y="{bottom + 38}">size of the input; time for one call</text></svg>'
    )
    return "".join(parts)


def _curve(name: str, sizes: Sequence[int], times: Sequence[float], across: LogAxis, up: LogAxis) -> str:
    drawn = [(s, t) for s, t in zip(sizes, times, strict=False) if s > 0 and 0 < t < math.inf]
    path = " ".join(f"{across.at(size):.1f},{up.at(time):.1f}" for size, time in drawn)
    dots = "".join(
        f'<circle cx="{across.at(size):.1f}" cy="{up.at(time):.1f}" r="4">'
        f"<title>{name}, size {size:,}: {figures.nanoseconds(time)}</title></circle>"
        for size, time in drawn
    )
    return f'<g class="curve {name}"><polyline points="{path}"/>{dots}</g>'
