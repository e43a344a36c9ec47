from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_github_app.status.sessions import Sessions

NOW = [1_000_000.0]
SESSIONS = Sessions.of("correct horse battery", lambda: NOW[0])
COOKIE = SESSIONS.begin("session", 60)


@pytest.fixture(autouse=True)
def moment():
    NOW[0] = 1_000_000.0


def test_a_session_counts_until_its_end():
    cookie = SESSIONS.begin("session", 60)
    assert SESSIONS.is_open("session", cookie)
    NOW[0] += 59
    assert SESSIONS.is_open("session", cookie)
    NOW[0] += 1
    assert not SESSIONS.is_open("session", cookie)


def test_it_outlives_a_restart_but_not_another_password():
    assert Sessions.of("correct horse battery", lambda: NOW[0]).is_open("session", COOKIE)
    assert not Sessions.of("another horse battery", lambda: NOW[0]).is_open("session", COOKIE)


def test_a_cookie_for_a_form_opens_no_session():
    assert not SESSIONS.is_open("session", SESSIONS.begin("form", 60))


def test_a_session_is_named_without_telling_its_cookie():
    name, until = SESSIONS.named(COOKIE)
    assert until == datetime.fromtimestamp(1_000_060, UTC)
    assert not set(COOKIE.split(".")) & {name}
    assert not SESSIONS.is_open("session", name)
    assert name != SESSIONS.named(SESSIONS.begin("session", 60))[0]


@given(st.text())
def test_no_other_text_is_a_session(text):
    assert not SESSIONS.is_open("session", text)
    assert not SESSIONS.is_token(COOKIE, text)
    assert not SESSIONS.is_password(text)


@given(st.integers(0, len(COOKIE) - 1), st.characters())
def test_a_changed_cookie_is_no_session(place, character):
    changed = COOKIE[:place] + character + COOKIE[place + 1 :]
    assert SESSIONS.is_open("session", changed) == (changed == COOKIE)


def test_a_token_belongs_to_one_cookie():
    assert SESSIONS.is_token(COOKIE, SESSIONS.token(COOKIE))
    assert not SESSIONS.is_token(SESSIONS.begin("session", 60), SESSIONS.token(COOKIE))


def test_secrets_are_not_shown():
    assert "horse" not in repr(SESSIONS)
    assert SESSIONS._key.hex() not in repr(SESSIONS)
