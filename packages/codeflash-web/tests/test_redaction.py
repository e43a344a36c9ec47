from __future__ import annotations

from typing import Any

import pytest

from codeflash_web.redaction import HIDDEN, LONGEST, hide_secrets, redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("key cf-hLowlHHIWp_vdYLrIg60NhVcpWZ was used", f"key {HIDDEN} was used"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {HIDDEN}"[:22] + HIDDEN),
        ("at postgresql://ada:pass@db:5432/x", f"at postgresql://{HIDDEN}@db:5432/x"),
        ("sk-ant-0123456789 and ghp_0123456789", f"{HIDDEN} and {HIDDEN}"),
        ("AKIAIOSFODNN7EXAMPLE", HIDDEN),
    ],
)
def test_credentials_are_hidden(text: str, kept: str) -> None:
    hidden = hide_secrets(text)
    assert HIDDEN in hidden
    assert not any(secret in hidden for secret in ("hLow", "abc.def", "pass@", "0123456789", "IOSFODNN"))


@pytest.mark.parametrize(
    "text", ["half-cf-word", "cf-app", "the bearer of news", "https://db:5432/x", "task"]
)
def test_ordinary_text_is_kept_or_loses_little(text: str) -> None:
    assert text.split()[0] in hide_secrets(text)


def test_long_text_is_cut() -> None:
    assert len(hide_secrets("x" * 10_000)) < LONGEST + 50


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "api_key",
        "password",
        "access_token",
        "cookie",
        "source_code",
        "diff",
        "body",
        "prompt",
    ],
)
def test_fields_named_after_secrets_or_source_are_hidden_whole(name: str) -> None:
    assert redacted({name: "anything"}) == {name: HIDDEN}


@pytest.mark.parametrize("value", [None, True, 3, 2.5])
def test_plain_values_are_kept(value: Any) -> None:
    assert redacted(value, "count") == value


def test_nested_values_are_looked_at() -> None:
    assert redacted({"a": [{"secret": "x"}, ("cf-0123456789",)], "b": RuntimeError("cf-0123456789")}) == {
        "a": [{"secret": HIDDEN}, [HIDDEN]],
        "b": HIDDEN,
    }
