from __future__ import annotations

import hashlib

import pytest

from codeflash_api.auth.keys import bearer, checked_secret, digest, new_secret, shown
from codeflash_api.errors import ApiError
from codeflash_core.errors import UsageError


def test_a_new_key_has_256_random_bits_after_its_beginning() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(secret.startswith("cf-") and len(secret) == 3 + 43 for secret in made)


def test_what_is_stored_is_a_sha_384_hash() -> None:
    assert digest("cf-abc") == hashlib.sha384(b"cf-abc").digest()
    assert len(digest(new_secret())) == 48


def test_at_most_half_of_a_key_is_shown() -> None:
    assert shown("cf-0123456789abcdef0123456789") == "cf-01234567"
    assert shown("cf-12345") == "cf-1"


@pytest.mark.parametrize(
    "secret",
    ["sk-12345678", "cf-", "cf-1234", "cf-12345 6789", "cf-1234567\n", "cf-schlüssel", "cf-" + "x" * 200],
    ids=["other beginning", "empty", "short", "space", "line end", "not ascii", "long"],
)
def test_a_chosen_key_that_could_not_be_sent_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(UsageError) as told:
        checked_secret(secret)
    assert secret not in str(told.value) or secret == "cf-"


def test_a_chosen_key_is_taken_as_it_is() -> None:
    assert checked_secret("cf-local-key") == "cf-local-key"


@pytest.mark.parametrize("header", ["Bearer cf-abc", "bearer cf-abc", " BEARER   cf-abc "])
def test_the_key_is_read_from_the_header(header: str) -> None:
    assert bearer(header) == "cf-abc"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "cf-abc",
        "Basic cf-abc",
        "Bearer",
        "Bearer ",
        "Bearer sk-abc",
        "Bearer cf-" + "x" * 5000,
    ],
)
def test_other_headers_are_refused_with_401_and_not_repeated(header: str | None) -> None:
    with pytest.raises(ApiError) as told:
        bearer(header)
    assert told.value.status == 401
    assert told.value.headers["WWW-Authenticate"] == "Bearer"
    assert "abc" not in told.value.message
