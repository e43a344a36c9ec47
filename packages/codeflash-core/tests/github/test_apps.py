from datetime import UTC, datetime, timedelta

import pytest

from codeflash_core.github.apps import installation_token_of, token_call


def test_a_token_is_asked_for_one_repository_and_named_permissions():
    call = token_call(3, 11, {"checks": "write"})
    assert (call.method, call.path) == ("POST", "/app/installations/3/access_tokens")
    assert call.body == {"repository_ids": [11], "permissions": {"checks": "write"}}


def test_a_token_tells_when_it_ends_and_never_itself():
    found = installation_token_of({"token": "ghs_secret", "expires_at": "2026-01-31T12:00:00Z"})
    assert found.ends == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert "ghs_secret" not in repr(found)


def test_a_moment_without_a_zone_is_utc():
    found = installation_token_of({"token": "t", "expires_at": "2026-01-31T12:00:00"})
    assert found.ends.utcoffset() == timedelta()


@pytest.mark.parametrize(
    "document", [{}, [], {"token": 1, "expires_at": "x"}, {"token": "t", "expires_at": "soon"}]
)
def test_what_is_no_token_is_refused(document):
    with pytest.raises(ValueError, match=r"kind|isoformat|object"):
        installation_token_of(document)
