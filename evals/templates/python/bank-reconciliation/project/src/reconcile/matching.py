"""Which line paid which entry."""

from collections import Counter

WINDOW = 5


def pairs(entries, lines):
    """All pairs of an entry and a line with the same reference, by entry and then by line."""
    found = []
    for entry in entries:
        for line in lines:
            if entry.reference == line.reference:
                found.append((entry, line))
    return found


def quality(entry, line):
    """0 is perfect; None says that the pair is out of question."""
    if entry.cents != line.cents or (entry.cents < 0) != (line.cents < 0):
        return None
    late = line.day - entry.day
    if late < 0 or late > WINDOW:
        return None
    return late


def assign(found):
    """Give each entry the earliest free line that fits."""
    taken, matches = set(), {}
    for entry, line in found:
        if line.position in taken:
            continue
        grade = quality(entry, line)
        if grade is None:
            continue
        best = matches.get(entry.number)
        if best is None or grade < best[1]:
            if best is not None:
                taken.discard(best[0])
            matches[entry.number] = (line.position, grade)
            taken.add(line.position)
    return matches


def reconcile(entries, lines):
    """Matches, entries left open, lines nobody expects, and references that come more than once."""
    matches = assign(pairs(entries, lines))
    used = {position for position, _ in matches.values()}
    references = Counter(entry.reference for entry in entries)
    return {
        "matched": {number: position for number, (position, _) in matches.items()},
        "open": [entry.number for entry in entries if entry.number not in matches],
        "unexpected": [line.position for line in lines if line.position not in used],
        "repeated": [reference for reference, count in references.items() if count > 1],
    }
