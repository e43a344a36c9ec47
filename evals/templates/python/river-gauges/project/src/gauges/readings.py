"""Levels in metres, one for each quarter of an hour."""


def fill_gaps(levels):
    """Replace each None by the level before it; gaps at the start take the first level."""
    known = [level for level in levels if level is not None]
    if not known:
        raise ValueError("no level at all")
    filled, last = [], known[0]
    for level in levels:
        last = last if level is None else level
        filled.append(last)
    return filled


def rises(levels, metres):
    """Positions at which the level rose by at least ``metres`` since the reading before."""
    return [
        position
        for position, (before, after) in enumerate(zip(levels, levels[1:]), 1)
        if after - before >= metres
    ]
