"""Hides what looks like a secret in what leaves this machine, and puts it back in what comes in return."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

LOOKS_SECRET = re.compile(
    r"(?<![\w-])(?:cf|sk|pk|rk|xox[abp])-[\w-]{12,}"
    r"|(?<![\w-])(?:gh[oprsu]|github_pat|glpat)[_-][\w-]{16,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{12,}\b"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}"
    r"|(?i:\bbearer\s+)[\w.~+/=-]{12,}"
    r"|(?<=://)[^\s/:@'\"]+:[^\s/@'\"]+(?=@)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----",
    re.DOTALL,
)
"""Keys of well-known services, tokens, passwords in addresses, private keys."""


def without_look_alikes(text: str) -> str:
    """A text for people and records in which what looks like a secret is hidden."""
    return LOOKS_SECRET.sub("<hidden>", text)


def _none(text: str) -> tuple[str, ...]:
    del text
    return ()


class Masking:
    """One exchange's secrets, each with the word that stands for it."""

    def __init__(self, known: Callable[[str], tuple[str, ...]] = _none) -> None:
        """Begin an exchange.

        Args:
            known: Values in a text that are known to be secret, the longest first.
        """
        self._known = known
        self._words: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many secrets were hidden."""
        return len(self._words)

    def hidden(self, text: str) -> str:
        """The text with a word in place of each secret; the same secret has the same word."""
        for value in self._known(text):
            text = text.replace(value, self._word(value))
        return LOOKS_SECRET.sub(lambda found: self._word(found[0]), text)

    def hidden_in(self, value: Any) -> Any:
        """Plain data with every text in it hidden."""
        return _mapped(value, self.hidden)

    def restored(self, text: str) -> str:
        """The text with each secret in the place of its word."""
        for secret, word in self._words.items():
            text = text.replace(word, secret)
        return text

    def _word(self, secret: str) -> str:
        # One that survives in a string, an address or a comment, and that no program has by itself.
        return self._words.setdefault(secret, f"HIDDEN_SECRET_{len(self._words) + 1}_")


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(each, change) for each in value]
    return value
