"""Statistics over sliding windows."""

from itertools import accumulate

from gauges.readings import fill_gaps, rises

DAY = 96


def crests(levels, width):
    """The highest level within each window of ``width`` readings."""
    if width < 1:
        raise ValueError(f"a window of {width} readings")
    return [max(levels[start:start + width]) for start in range(len(levels) - width + 1)]


def daily_means(levels):
    """Mean level of each whole day."""
    totals = [0.0, *accumulate(levels)]
    return [(totals[end] - totals[end - DAY]) / DAY for end in range(DAY, len(levels) + 1, DAY)]


def warnings(levels, width, alarm):
    """Stretches of windows whose crest reaches ``alarm``, as (first, last) positions."""
    stretches = []
    for position, crest in enumerate(crests(levels, width)):
        if crest < alarm:
            continue
        if stretches and stretches[-1][1] == position - 1:
            stretches[-1] = (stretches[-1][0], position)
        else:
            stretches.append((position, position))
    return stretches


def bulletin(levels, alarm, width=DAY):
    """What the flood office publishes about a series of levels, gaps included."""
    filled = fill_gaps(levels)
    return {
        "crests": crests(filled, width)[::width // 4 or 1],
        "means": daily_means(filled),
        "warnings": warnings(filled, width, alarm),
        "rises": rises(filled, 0.2),
    }
