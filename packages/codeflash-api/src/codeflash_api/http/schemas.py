"""What every request body has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema


class Part(BaseModel):
    """A JSON object inside a request: unknown keys are ignored, and null counts as absent."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            return {key: value for key, value in data.items() if value is not None}
        return data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema as it is published: what may be absent may be null."""
        schema = handler(core_schema)
        found = handler.resolve_ref_schema(schema)
        required = found.get("required", [])
        properties = found.get("properties", {})
        for name in properties:
            if name not in required:
                properties[name] = _or_null(properties[name])
        return schema


class Request(Part):
    """A request body. Text that can't be stored or encoded (NUL, lone surrogates) is refused wherever it stands."""

    @model_validator(mode="before")
    @classmethod
    def _only_text(cls, data: Any) -> Any:
        check_text(data)
        return data


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(extra="forbid")


def check_text(data: Any) -> None:
    """Refuse strings that are no text.

    Args:
        data: Parsed JSON; its keys and values are looked at to any depth.

    Raises:
        ValueError: There is a NUL character or a lone surrogate.
    """
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            _check(item)
        elif isinstance(item, Mapping):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)


def _check(text: str) -> None:
    if "\x00" in text:
        raise ValueError("a text contains a NUL character")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("a text contains half of a surrogate pair") from None


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    options = schema.get("anyOf")
    if options is not None:
        if {"type": "null"} in options:
            return schema
        return {**schema, "anyOf": [*options, {"type": "null"}]}
    outside: dict[str, Any] = {
        key: schema[key] for key in ("title", "default", "description", "examples") if key in schema
    }
    inside = {key: value for key, value in schema.items() if key not in outside}
    return {"anyOf": [inside, {"type": "null"}], **outside}
