from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_github_app.webhook.verify import is_signed, signature

SECRET = b"It's a Secret to Everybody"


def test_the_signature_is_the_one_that_github_documents() -> None:
    made = signature(SECRET, b"Hello, World!")
    assert made == "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


@given(st.binary(min_size=1, max_size=64), st.binary(max_size=300))
def test_what_is_signed_is_known_to_be(secret: bytes, body: bytes) -> None:
    assert is_signed(secret, body, signature(secret, body).encode())


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_forged_byte_anywhere_in_the_body_is_found(body: bytes, data: st.DataObject) -> None:
    given_ = signature(SECRET, body).encode()
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.integers(1, 255))
    forged = body[:place] + bytes([body[place] ^ other]) + body[place + 1 :]
    assert not is_signed(SECRET, forged, given_)


@given(st.binary(max_size=100), st.integers(0, 70), st.integers(1, 255))
def test_a_forged_byte_anywhere_in_the_signature_is_found(body: bytes, place: int, other: int) -> None:
    right = signature(SECRET, body).encode()
    forged = right[:place] + bytes([right[place] ^ other]) + right[place + 1 :]
    assert not is_signed(SECRET, body, forged)


@given(st.binary(max_size=100), st.binary(max_size=80))
def test_nothing_else_is_a_signature(body: bytes, given_: bytes) -> None:
    assert is_signed(SECRET, body, given_) == (given_ == signature(SECRET, body).encode())


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_without_a_secret_nothing_is_signed(body: bytes) -> None:
    made = "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert not is_signed(b"", body, made.encode())


def test_the_older_signature_is_not_taken() -> None:
    older = "sha1=" + hmac.new(SECRET, b"x", hashlib.sha1).hexdigest()
    assert not is_signed(SECRET, b"x", older.encode())


@pytest.mark.parametrize("form", ["{}", " {}", "{} ", "{}\n", "SHA256={}", "{},{}", "{}00"])
def test_the_form_is_exact(form: str) -> None:
    right = signature(SECRET, b"x")
    words = form.replace("SHA256=", "")
    text = form.replace("{}", right) if "SHA256" not in form else "SHA256=" + right.partition("=")[2]
    assert is_signed(SECRET, b"x", text.encode()) == (words == "{}" and "SHA256" not in form)
