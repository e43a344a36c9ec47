from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codeflash_github_app.doctor.checks import EVENTS, NEEDED, Finding, State, of_app, of_key, of_settings
from codeflash_github_app.settings import Settings

WHOLE = Settings(app=7, secret="s" * 16, password="p" * 12, public_url="https://x.example.com")
SAID = {"slug": "codeflash", "permissions": dict(NEEDED), "events": list(EVENTS)}


def states(found: Any) -> dict[str, State]:
    return {each.what: each.state for each in found}


def only(found: Any, what: str) -> Finding:
    (each,) = [each for each in found if each.what == what]
    return each


def test_settings_that_are_whole_are_good() -> None:
    assert set(states(of_settings(WHOLE)).values()) == {State.GOOD}


def test_without_anything_the_app_is_wrong_and_the_rest_is_off() -> None:
    assert states(of_settings(Settings())) == {
        "app": State.WRONG,
        "webhook": State.OFF,
        "status pages": State.OFF,
        "public address": State.OFF,
    }


def test_no_secret_is_told() -> None:
    told = str(list(of_settings(WHOLE)))
    assert "s" * 16 not in told
    assert "p" * 12 not in told


def test_an_address_without_encryption_is_told() -> None:
    found = only(of_settings(Settings(public_url="http://x")), "public address")
    assert "not encrypted" in found.told


@pytest.mark.parametrize(
    ("file", "problem", "mode", "state"),
    [
        (None, "", 0, State.WRONG),
        (Path("k"), "", 0o100600, State.GOOD),
        (Path("k"), "", 0o100644, State.WRONG),
        (Path("k"), "no key", 0o100600, State.WRONG),
    ],
)
def test_a_key_is_good_when_it_is_one_and_its_owners_alone(
    file: Path | None, problem: str, mode: int, state: State
) -> None:
    assert of_key(file, problem, mode).state is state


def test_an_app_as_it_should_be_is_good() -> None:
    assert set(states(of_app(SAID, WHOLE)).values()) == {State.GOOD}


def test_contents_may_be_read_only() -> None:
    found = only(of_app({**SAID, "permissions": {**NEEDED, "contents": "read"}}, WHOLE), "permissions")
    assert found.state is State.GOOD
    assert "no pull requests can be opened" in found.told


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_permission_that_is_lacking_is_named(name: str) -> None:
    given = {each: level for each, level in NEEDED.items() if each != name}
    found = only(of_app({**SAID, "permissions": given}, WHOLE), "permissions")
    assert found.state is State.WRONG
    assert name in found.told


@pytest.mark.parametrize("spare", [{"issues": "write"}, {"administration": "read"}, {"workflows": "write"}])
def test_a_permission_that_is_not_needed_is_named(spare: dict[str, str]) -> None:
    found = only(of_app({**SAID, "permissions": {**NEEDED, **spare}}, WHOLE), "permissions")
    assert found.state is State.WRONG
    assert f"more than needed: {next(iter(spare))}" == found.told


def test_events_that_do_not_come_are_named() -> None:
    found = only(of_app({**SAID, "events": ["push"]}, WHOLE), "events")
    assert "pull_request" in found.told


def test_another_name_is_told() -> None:
    found = only(of_app({**SAID, "slug": "codeflash-of-acme"}, WHOLE), "GitHub")
    assert (found.state, "codeflash-of-acme" in found.told) == (State.WRONG, True)


@pytest.mark.parametrize("answer", [{}, {"permissions": None, "events": None}])
def test_an_answer_without_content_is_no_crash(answer: dict[str, Any]) -> None:
    assert State.WRONG in states(of_app(answer, WHOLE)).values()


def test_events_are_those_that_are_carried_out() -> None:
    from codeflash_github_app.webhook.router import ROUTES

    by_themselves = {"installation", "installation_repositories"}
    assert {event for event, _ in ROUTES} - by_themselves == set(EVENTS)
