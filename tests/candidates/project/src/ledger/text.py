"""Names and lines of text."""

import functools


def traced(function):
    """Count the calls of a function."""

    @functools.wraps(function)
    def counting(*args, **kwargs):
        counting.calls += 1
        return function(*args, **kwargs)

    counting.calls = 0
    return counting


def slug(title: str) -> str:
    """A title as it stands in an address."""
    result = ""
    dash = False
    for letter in title.casefold():
        if letter.isalnum():
            if dash and result:
                result = result + "-"
            result = result + letter
            dash = False
        else:
            dash = True
    return result


def word_counts(text: str) -> dict:
    """How often each word comes, in the order of first appearance."""
    words = text.split()
    counts = {}
    for word in words:
        counts[word] = words.count(word)
    return counts


def matching(names: list, wanted: str) -> list:
    """The names that are the wanted one, whatever their case."""
    found = []
    for name in names:
        if name.casefold() == wanted.casefold():
            found.append(name)
    return found


def render(rows: list, separator: str = ";") -> str:
    """Rows as lines of separated cells; every line ends."""
    text = ""
    for row in rows:
        line = ""
        for at in range(len(row)):
            if at:
                line += separator
            line += str(row[at])
        text += line + "\n"
    return text


def tidy(names: list) -> list:
    """The names without blanks around them."""
    cleaned = []
    for name in names:
        while name != name.strip():
            name = name.strip()
        cleaned.append(name + "")
    return cleaned


@traced
def initials(name: str) -> str:
    """The first letters of a name's parts."""
    letters = ""
    for part in name.split():
        letters += part[0].upper() + "."
    return letters


def labels(values: list) -> list:
    """Each value as a label."""
    made = []
    for value in values:
        made.append("<" + str(value) + ">")
    return made
