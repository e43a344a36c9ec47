"""Reads the service's answers; whatever is missing or of another type is an error, not a guess."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from attrs import field, frozen

from codeflash_core.errors import ServiceError
from codeflash_core.masking import Masking
from codeflash_core.service.values import Proposal, ReviewAnswer

SHOWN = 300
_GRADES = ("high", "medium", "low", "")


def error_text(data: bytes) -> str:
    """What an answer that is no success says, for people: one line, never long."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = {"error": data[: 4 * SHOWN].decode("utf-8", "replace")}
    text = found.get("error") if isinstance(found, dict) else None
    if not isinstance(text, str):
        return ""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:SHOWN]


@frozen
class Reading:
    """An answer's object.

    Attributes:
        content: Its keys and values.
        where: Who answered, for messages.
        masking: Puts back into code what was hidden in the request; what is said in words keeps it hidden.
    """

    content: Mapping[str, Any] = field(repr=False)
    where: str = "the AI service"
    masking: Masking = field(factory=Masking, repr=False)

    @classmethod
    def of(cls, data: bytes, where: str, masking: Masking | None = None) -> Reading:
        """The object in an answer's body.

        Args:
            data: The body.
            where: Who answered.
            masking: Puts back into code what was hidden in the request.

        Raises:
            ServiceError: There is none.
        """
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as problem:
            raise ServiceError(f"{where} answers what is no JSON", status=200) from problem
        if not isinstance(found, dict):
            raise ServiceError(
                f"{where} answers a {type(found).__name__} where an object is wanted", status=200
            )
        return cls(found, where, masking or Masking())

    def code(self, key: str) -> str:
        """Code that has to be there, as it has to be to run.

        Raises:
            ServiceError: It is not.
        """
        return self.masking.restored(self.text(key))

    def text(self, key: str) -> str:
        """A text that has to be there.

        Raises:
            ServiceError: It is not.
        """
        value = self.content.get(key)
        if not isinstance(value, str):
            raise self._problem(key)
        return value

    def text_or_none(self, key: str) -> str | None:
        """A text that may be missing or null."""
        return self.text(key) if self.content.get(key) is not None else None

    def code_or_none(self, key: str) -> str | None:
        """Code that may be missing or null."""
        return self.code(key) if self.content.get(key) is not None else None

    def proposal(self) -> Proposal:
        """The answer as a candidate."""
        return Proposal(
            self.code("source_code"),
            self.text("explanation"),
            self.text("optimization_id"),
            self.text_or_none("parent_id"),
            self.text_or_none("model"),
        )

    def proposals(self, key: str) -> tuple[Proposal, ...]:
        """A list of candidates."""
        found = self.content.get(key)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self._problem(key)
        return tuple(Reading(each, self.where, self.masking).proposal() for each in found)

    def indexes(self, key: str, count: int) -> tuple[int, ...]:
        """A list of different indexes into something of that length."""
        found = self.content.get(key)
        if (
            not isinstance(found, list)
            or not all(type(each) is int and 0 <= each < count for each in found)
            or len(set(found)) < len(found)
        ):
            raise self._problem(key)
        return tuple(found)

    def review(self) -> ReviewAnswer:
        """The answer as a review."""
        grade = self.text("review")
        if grade not in _GRADES:
            raise self._problem("review")
        return ReviewAnswer(cast("Any", grade), self.text_or_none("review_explanation") or "")

    def _problem(self, key: str) -> ServiceError:
        return ServiceError(f"{self.where} answers without a usable {key}", status=200)
