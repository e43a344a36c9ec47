"""Letters whose case, class or width is not what programs for plain text expect of them."""

from __future__ import annotations

import re
from typing import Any, List, Tuple

Named = Tuple[str, Any]

ODD = ("\u00df", "\u01c6", "\ufb01ne", "A\u03a3", "x\u00b2", "\u0663A")
"""A capital of two letters, a digraph with a title case, a ligature, a final sigma, a superscript, a foreign digit."""

_RUNS = (("[A-Z]+", "A"), ("[a-z]+", "a"), ("[0-9]+", "0"), (r"\s+", " "))


def shape(value: str) -> str:
    """What a text is made of, in order: a few signs for capitals, letters, digits and spaces."""
    value = value[:200]
    for pattern, sign in _RUNS:
        value = re.sub(pattern, sign, value)
    return value[:20]


def odd_letters(value: str, turn: int) -> List[Named]:
    """Labelled texts with odd letters at the start, after a space, before a capital and alone.

    Args:
        value: A seen text.
        turn: Which odd letters come first.
    """
    start = turn % len(ODD)
    texts = [*ODD[start:], *ODD[:start]]
    short, capital = value[:200], value[:1].upper() + value[1:200]
    made = [
        ("odd letters", " ".join(text + short for text in texts)),
        ("odd letters before capitals", " ".join(text + capital for text in texts)),
    ]
    for text in texts:
        made += [("odd %a" % text, text), ("odd %a at the start" % text, text + value)]
    return made
