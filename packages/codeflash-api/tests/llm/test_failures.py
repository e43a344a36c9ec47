from __future__ import annotations

import pytest

from codeflash_api.llm.failures import from_error_object, from_status, kinds_in, retry_after
from codeflash_api.llm.model import BadAnswer, Misconfigured, Overloaded, RateLimited, Refused, TimedOut

NOON = 1_764_072_000.0  # Tue, 25 Nov 2025 12:00:00 GMT


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Tue, 25 Nov 2025 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Tue, 25 Nov 2025 11:00:00 GMT"}, 0.0),
        ({"retry-after": "later"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "1e300"}, 86_400.0),
        ({"retry-after": "Tue, 25 Nov 99999 12:00:30 GMT"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "1"}, 1.0),
    ],
)
def test_the_wait_is_read_from_seconds_milliseconds_and_dates(headers, expected):
    assert retry_after(headers, NOON) == expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, None, Misconfigured),
        (401, "text", Misconfigured),
        (402, {"error": {"type": "billing_error"}}, Misconfigured),
        (400, {"error": {"code": "content_filter"}}, Refused),
        (400, {"error": {"code": "content_policy_violation"}}, Refused),
        (404, {"error": {"code": "DeploymentNotFound"}}, Misconfigured),
        (408, None, TimedOut),
        (409, None, Overloaded),
        (424, {"message": "x"}, Misconfigured),
        (429, None, RateLimited),
        (429, {"error": {"code": "insufficient_quota"}}, Misconfigured),
        (429, {"error": {"code": "rate_limit_exceeded"}}, RateLimited),
        (500, None, Overloaded),
        (503, {"error": {"type": "invalid_request_error"}}, Overloaded),
        (504, None, TimedOut),
        (529, {"type": "error", "error": {"type": "overloaded_error"}}, Overloaded),
    ],
)
def test_each_status_has_its_kind(status, body, expected):
    assert type(from_status("azure", status, {}, body)) is expected


def test_what_the_vendor_wrote_is_not_repeated():
    body = {"error": {"message": "your code def secret(): ...", "type": "a b\nc", "code": {"x": 1}}}

    assert str(from_status("azure", 400, {}, body)) == "azure: answered 400"
    assert str(from_error_object("azure", body)) == "azure: answered 200 with an error inside"


def test_overloads_carry_the_wait_as_well():
    assert from_status("azure", 503, {"retry-after": "4"}, None).retry_after == 4.0


@pytest.mark.parametrize(
    "body", [None, "text", [], 3, {"error": None}, {"error": []}, {"error": {"type": 3}}]
)
def test_a_body_of_any_form_is_taken(body):
    assert kinds_in(body) == ()
    assert type(from_error_object("openai", body)) is BadAnswer


def test_the_most_specific_word_comes_first():
    body = {"error": {"type": "invalid_request_error", "code": "x", "innererror": {"code": "DeepestCode"}}}

    assert kinds_in(body, {"x-amzn-errortype": "FirstException:http://aws/"}) == (
        "firstexception",
        "deepestcode",
        "x",
        "invalid_request_error",
    )
