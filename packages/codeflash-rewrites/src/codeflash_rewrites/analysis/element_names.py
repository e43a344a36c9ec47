"""What one element of a collection is called."""

from __future__ import annotations


def singular(word: str) -> str:
    """``row`` for ``rows``; ``text_item`` where a word is no plural."""
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 1 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return f"{word}_item"
