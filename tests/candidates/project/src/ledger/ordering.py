"""Lists: order, duplicates, parts."""


def unique(items: list) -> list:
    """The items without those that came before, in order."""
    found = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def by_score(entries: list) -> list:
    """The entries from the highest score to the lowest; equal ones stay in order."""
    ordered = []
    for entry in entries:
        at = len(ordered)
        while at > 0 and ordered[at - 1]["score"] < entry["score"]:
            at -= 1
        ordered.insert(at, entry)
    return ordered


def chunked(items: list, size: int) -> list:
    """The items in lists of a size; the last may be shorter."""
    if size < 1:
        raise ValueError(f"size must be positive, not {size}")
    chunks = []
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            chunks.append(chunk)
            chunk = []
    if chunk:
        chunks.append(chunk)
    return chunks


def positions(haystack: list, needles: list) -> list:
    """Where each needle is first found, or -1."""
    found = []
    for needle in needles:
        if needle in haystack:
            found.append(haystack.index(needle))
        else:
            found.append(-1)
    return found


def window_maxima(values: list, width: int = 3) -> list:
    """The largest value in each full window."""
    found = []
    for start in range(len(values) - width + 1):
        largest = values[start]
        for value in values[start : start + width]:
            if value > largest:
                largest = value
        found.append(largest)
    return found
