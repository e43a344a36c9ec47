"""Busy and free time in minutes."""


def merge(busy):
    """Overlapping and touching intervals (start, end) joined, in order."""
    ordered = list(busy)
    if not ordered:
        return []
    merged = []
    start, end = ordered[0]
    for next_start, next_end in ordered:
        if next_start > end:
            merged.append((start, end))
            start, end = next_start, next_end
        elif next_end > end:
            end = next_end
    merged.append((start, end))
    return merged


def free(busy, opens, closes):
    """What is free between two times."""
    if opens > closes:
        raise ValueError(f"closes at {closes}, before it opens at {opens}")
    gaps, position = [], opens
    for start, end in merge(busy):
        if start >= closes:
            break
        if start > position:
            gaps.append((position, start))
        if end > position:
            position = end
    if position < closes:
        gaps.append((position, closes))
    return gaps
