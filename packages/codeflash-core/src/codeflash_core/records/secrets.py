"""Values that must not be written down: those of variables that foreign code may see."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SHORTEST = 6
"""A shorter value is no secret: hiding every ``1`` or ``true`` would make a record unreadable."""
LONGEST_PART = 16
"""Lines of a value from this length on are hidden by themselves as well."""


class Secrets:
    """Hides the values of variables in text and tells whether bytes hold one.

    A value that is a place on this disk, or part of a name that the run works with, is no secret.
    """

    def __init__(self, variables: Mapping[str, str] | None = None, public: Iterable[str] = ()) -> None:
        """Take the variables.

        Args:
            variables: Values by name.
            public: Texts that a record can't do without, such as paths of the project.
        """
        shown = tuple(public)
        self._forms: dict[str, str] = {}
        for name, value in (variables or {}).items():
            if len(value) < SHORTEST or _is_place(value) or any(value in text for text in shown):
                continue
            lines = [line.strip() for line in value.splitlines()]
            for part in (value, *(line for line in lines if len(line) >= LONGEST_PART)):
                # As it is, as Python writes it in a literal, and as JSON does.
                for form in (part, repr(part)[1:-1], json.dumps(part)[1:-1]):
                    self._forms[form] = f"<{name}>"
        # The longest first, so that a part never leaves the rest of its whole standing.
        self._ordered = sorted(self._forms, key=len, reverse=True)
        self._bytes = [form.encode("utf-8", "surrogateescape") for form in self._ordered]

    def __bool__(self) -> bool:
        return bool(self._forms)

    def hidden(self, text: str) -> str:
        """The text with the name of the variable wherever its value stood."""
        for form in self._ordered:
            if form in text:
                text = text.replace(form, self._forms[form])
        return text

    def hidden_in(self, value: Any) -> Any:
        """Plain JSON with every text in it hidden, keys too."""
        if not self:
            return value
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, Mapping):
            return {self.hidden_in(key): self.hidden_in(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.hidden_in(each) for each in value]
        return value

    def found_in(self, text: str) -> tuple[str, ...]:
        """The values that stand in a text, in the form in which they do, the longest first."""
        return tuple(form for form in self._ordered if form in text)

    def stand_in(self, data: bytes) -> bool:
        """Whether bytes hold one of the values."""
        return any(form in data for form in self._bytes)


def _is_place(value: str) -> bool:
    places = [Path(part) for part in value.split(os.pathsep) if part]
    try:
        return all(place.is_absolute() and place.exists() for place in places)
    except OSError:
        return False
