"""Guesses what a misspelt queue name was meant to be."""


def distance(left, right):
    """Number of single-letter edits between two words."""
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            current.append(
                min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (a != b))
            )
        previous = current
    return previous[-1]


def closest(word, known, limit=2):
    """The known word nearest to ``word``, the first of equals; None beyond ``limit`` edits."""
    best, best_distance = None, limit + 1
    for candidate in known:
        if abs(len(word) - len(candidate)) >= best_distance:
            continue
        found = distance(word, candidate)
        if found < best_distance:
            best, best_distance = candidate, found
    return best
