"""Documents and their words."""

import re

_WORD = re.compile(r"\w+")


def words_of(document, lower=True):
    """The words of a document in order."""
    return _WORD.findall(document.lower() if lower else document)


def is_phrase(words, dull):
    """Whether a phrase neither starts nor ends with a dull word, nor is made of numbers."""
    return words[0] not in dull and words[-1] not in dull and not all(word.isdigit() for word in words)
