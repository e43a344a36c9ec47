from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, ValidationError

from codeflash_api.http.schemas import Part, Request, check_text


class Inner(Part):
    name: str = "nobody"


class Outer(Request):
    text: str
    count: int = 3
    inner: Inner = Field(default_factory=Inner)
    many: list[Inner] = Field(default_factory=list)
    table: dict[str, float | None] = Field(default_factory=dict)


def test_null_counts_as_absent() -> None:
    assert Outer.model_validate({"text": "a", "count": None, "inner": {"name": None}}) == Outer(text="a")


def test_nulls_inside_of_tables_are_values() -> None:
    assert Outer.model_validate({"text": "a", "table": {"x": None}}).table == {"x": None}


def test_a_required_null_is_missing() -> None:
    with pytest.raises(ValidationError, match="missing"):
        Outer.model_validate({"text": None})


def test_unknown_keys_are_ignored() -> None:
    assert Outer.model_validate({"text": "a", "new": 1}) == Outer(text="a")


@pytest.mark.parametrize("data", [1, "text", None, [], [1]])
def test_other_things_than_objects_are_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        Outer.model_validate(data)


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\ud800b", "\udfff"], ids=["NUL", "high surrogate", "low surrogate"]
)
@pytest.mark.parametrize(
    "place",
    [
        lambda bad: {"text": bad},
        lambda bad: {"text": "a", bad: 1},
        lambda bad: {"text": "a", "many": [{"name": "b"}, {"name": bad}]},
        lambda bad: {"text": "a", "unknown": [[[{"x": {"y": bad}}]]]},
    ],
    ids=["field", "key", "list", "unknown field"],
)
def test_what_is_no_text_is_refused_wherever_it_stands(bad: str, place: Any) -> None:
    with pytest.raises(ValidationError, match=r"NUL|surrogate"):
        Outer.model_validate(place(bad))


@pytest.mark.parametrize("good", ["", "ascii", "naïve", "漢字", "🐍", "\ufeffBOM", "\r\n\t\x0c"])
def test_all_other_text_passes(good: str) -> None:
    check_text({good: [good]})


def test_what_may_be_absent_is_published_as_nullable() -> None:
    schema = Outer.model_json_schema()
    assert schema["properties"]["text"] == {"title": "Text", "type": "string"}
    assert {"type": "null"} in schema["properties"]["count"]["anyOf"]
    assert {"type": "null"} in schema["properties"]["inner"]["anyOf"]
    assert schema["required"] == ["text"]
