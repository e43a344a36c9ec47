"""Statistics over sliding windows."""

from gauges.readings import fill_gaps, rises

DAY = 96


def crests(levels, width):
    """The highest level within each window of ``width`` readings."""
    if width < 1:
        raise ValueError(f"a window of {width} readings")
    if len(levels) < width:
        return []
    crest = max(levels[:width])
    highest = [crest]
    for level in levels[width:]:
        crest = max(crest, level)
        highest.append(crest)
    return highest


def daily_means(levels):
    """Mean level of each whole day."""
    return [
        sum(levels[start:start + DAY]) / DAY
        for start in range(0, len(levels) - DAY + 1, DAY)
    ]


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
