from __future__ import annotations

import json

import pytest

from codeflash_api.http.shape import ShapeLimits, objection, trace_id_of

LIMITS = ShapeLimits(depth=8, values=100)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"a": [1, 2, 3]}',
        json.dumps({"code": "[" * 500 + "{" * 500 + "," * 500}).encode(),
        json.dumps({"code": '"' * 50 + "\\" * 51 + "[" * 99}).encode(),
        b"[" * 8 + b"]" * 8,
        b'[[], [], [[[]]], {"a": {}}]' * 3,
    ],
    ids=["nothing", "empty", "flat", "brackets in text", "quotes in text", "just deep enough", "wide"],
)
def test_ordinary_bodies_pass(body: bytes) -> None:
    assert objection(body, LIMITS) is None


@pytest.mark.parametrize("body", [b"[" * 9, b'{"a":' * 9, b'[{"a":' * 5, b'["[", ' + b"[" * 8])
def test_deep_nesting_is_refused(body: bytes) -> None:
    assert objection(body, LIMITS) == "The request is nested deeper than 8 levels."


def test_thousands_of_keys_are_refused() -> None:
    body = json.dumps({str(number): number for number in range(101)}).encode()
    assert objection(body, LIMITS) == "The request has more than 100 values."


def test_many_empty_arrays_are_values_too() -> None:
    assert "values" in str(objection(b"[]" * 101, LIMITS))


@pytest.mark.parametrize(
    "body",
    [
        b'"' * 300_001,
        b'"\\' * 150_000,
        b'\\"' * 150_000,
        b'{"a": "' + b'\\"' * 150_000,
        b'"' + b"a" * 300_000 + b"\\",
    ],
    ids=["quotes", "opened and escaped", "escaped", "never closed", "ends with a backslash"],
)
def test_hostile_text_is_scanned_once(body: bytes) -> None:
    # Were the time quadratic, this would run for hours.
    objection(b"[" * 7 + body + b"," * 101, LIMITS)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"trace_id": "eacb9650-7a52-EXP0"}', "eacb9650-7a52-EXP0"),
        (b'[{"a": 1, "trace_id" :"x"}]', "x"),
        (b"{}", ""),
        (b'{"trace_id": null}', ""),
        (b'{"trace_id": "' + b"x" * 65 + b'"}', ""),
        (b'{"trace_id": "a b\\nc"}', ""),
        (json.dumps({"source_code": 'x = {"trace_id": "secret"}'}).encode(), ""),
    ],
)
def test_the_trace_id_is_found_for_logs(body: bytes, found: str) -> None:
    assert trace_id_of(body) == found
