"""Frost and gaps over all stations."""

from stations.archive import merged


def frost_spells(archives, longest_gap=60):
    """Stretches in which every reading of every station was below zero: (first minute, last minute, readings)."""
    spells, start, last, count = [], None, None, 0
    for minute, _, tenths in merged(archives):
        if start is not None and (tenths >= 0 or minute - last > longest_gap):
            spells.append((start, last, count))
            start, count = None, 0
        if tenths < 0:
            start = minute if start is None else start
            last = minute
            count += 1
    if start is not None:
        spells.append((start, last, count))
    return spells


def coldest(archives):
    """The coldest reading, the earliest of equals, or None without any."""
    best = None
    for reading in merged(archives):
        if best is None or reading[2] < best[2]:
            best = reading
    return best
