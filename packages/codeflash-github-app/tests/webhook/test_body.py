from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_github_app.webhook import body as module
from codeflash_github_app.webhook.body import Refused, check_form, payload_of, whole


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_body_is_put_together() -> None:
    assert await whole(pieces(b"a", b"", b"bc"), "3") == b"abc"


async def test_a_body_that_turns_out_too_large_is_not_read_to_its_end() -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 10

    with pytest.raises(Refused) as told:
        await whole(endless(), "", most=25)
    assert (told.value.status, len(read)) == (413, 3)


@pytest.mark.parametrize(("sizes", "times"), [((5, 5), 0), ((5, 6, 1), 1), ((11, 11), 1), ((10, 1), 1)])
async def test_before_more_than_a_little_is_kept_it_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...], times: int
) -> None:
    asked = []

    async def more() -> None:
        asked.append(1)

    monkeypatch.setattr(module, "SMALL", 10)
    await whole(pieces(*(b"x" * size for size in sizes)), "", more=more)
    assert len(asked) == times


@pytest.mark.parametrize("announced", ["26", "9" * 5000])
async def test_a_body_that_is_announced_too_large_is_not_read_at_all(announced: str) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    with pytest.raises(Refused) as told:
        await whole(never(), announced, most=25)
    assert told.value.status == 413


@pytest.mark.parametrize("announced", ["", "-1", "many", "²"])
async def test_an_announcement_that_is_none_does_not_matter(announced: str) -> None:
    assert await whole(pieces(b"abc"), announced) == b"abc"


async def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async def silent() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    monkeypatch.setattr(module, "SECONDS", 0.01)
    with pytest.raises(Refused) as told:
        await whole(silent(), "")
    assert told.value.status == 408


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("application/json", False),
        ("application/json; charset=utf-8", False),
        ('Application/JSON; charset="UTF-8"', False),
        ("application/x-www-form-urlencoded", True),
    ],
)
def test_both_forms_of_github_are_known(kind: str, form: bool) -> None:
    assert check_form(kind, "") is form


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        ("", ""),
        ("text/plain", ""),
        ("application/json; charset=utf-16", ""),
        ("application/json; charset=latin-1", ""),
        ("application/json; charset=*", ""),
        ("multipart/form-data; boundary=x", ""),
        ("application/json", "gzip"),
        ("application/json", "br, gzip"),
        ("\x00;;;=", ""),
        ("application/json; charset*=utf-8'%ff'x", ""),
    ],
)
def test_another_form_is_not_taken(kind: str, encoding: str) -> None:
    with pytest.raises(Refused) as told:
        check_form(kind, encoding)
    assert told.value.status == 415


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_claimed_is_taken_or_refused(kind: str, encoding: str) -> None:
    try:
        check_form(kind, encoding)
    except Refused as told:
        assert told.status == 415


@given(st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.text(max_size=9), max_size=4))
def test_what_is_sent_is_read_in_both_forms(payload: dict[str, object]) -> None:
    text = json.dumps(payload)
    assert payload_of(text.encode(), form=False) == payload
    assert payload_of(f"payload={quote_plus(text)}".encode(), form=True) == payload


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"", False),
        (b"{", False),
        (b"[]", False),
        (b"null", False),
        (b'"{}"', False),
        (b'{"a": NaN}', False),
        (b'{"a": -Infinity}', False),
        (b"\xff\xfe{}", False),
        ('{"a": 1}'.encode("utf-16"), False),
        (b"\xef\xbb\xbf{}", False),
        (b'{"a":' * 100_000, False),
        (b"[" * 200_000, False),
        (b'{"a": ' + b"9" * 10_000 + b"}", False),
        (b"", True),
        (b"payload=", True),
        (b"payload=%7B%7D&payload=%7B%7D", True),
        (b"payload=%FF", True),
        (b"other=%7B%7D", True),
        (b"a=1&" * 20 + b"payload=%7B%7D", True),
        (b"{}", True),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(body: bytes, form: bool) -> None:
    with pytest.raises(Refused) as told:
        payload_of(body, form=form)
    assert told.value.status == 400


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(body: bytes, form: bool) -> None:
    try:
        assert isinstance(payload_of(body, form=form), dict)
    except Refused as told:
        assert told.status == 400
