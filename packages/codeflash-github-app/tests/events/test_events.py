from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import (
    Changed,
    CompareAsked,
    Ignored,
    Installed,
    OptimizeAsked,
    OptimizePull,
    Order,
    ReportPush,
    Repository,
    RunAgain,
    Stop,
    Uninstalled,
)
from codeflash_github_app.webhook.router import routed

SHOP = Repository(7, 11, "acme/shop", "main")
Payload = Callable[..., dict[str, Any]]


def order(own: Own, event: str, payload: dict[str, Any]) -> Order:
    return routed(event, payload, own)


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review"])
def test_new_code_of_a_pull_request_is_optimized(payload: Payload, own: Own, action: str) -> None:
    assert order(own, "pull_request", payload("pull_request", action)) == OptimizePull(SHOP, 3, "a" * 40)


def test_a_draft_waits_until_it_is_ready(payload: Payload, own: Own) -> None:
    draft = payload("pull_request", "opened", pull_request__draft=True)
    assert "draft" in str(order(own, "pull_request", draft))


def test_the_app_does_not_look_at_its_own_pull_requests(payload: Payload, own: Own) -> None:
    mine = payload("pull_request", "opened", pull_request__user={"login": "Codeflash[bot]"})
    assert order(own, "pull_request", mine) == Ignored("the app's own pull request")


def test_a_closed_pull_request_is_worked_on_no_more(payload: Payload, own: Own) -> None:
    assert order(own, "pull_request", payload("pull_request", "closed")) == Stop(SHOP, 3)


def test_a_label_is_no_new_code(payload: Payload, own: Own) -> None:
    labeled = {**payload("pull_request", "opened"), "action": "labeled"}
    assert isinstance(order(own, "pull_request", labeled), Ignored)


def test_a_push_to_the_default_branch_is_reported(payload: Payload, own: Own) -> None:
    assert order(own, "push", payload("push", "")) == ReportPush(SHOP, "a" * 40, "b" * 40)


@pytest.mark.parametrize(
    "changes",
    [
        {"ref": "refs/heads/topic"},
        {"ref": "refs/tags/main"},
        {"deleted": True, "after": "0" * 40},
        {"created": True},
        {"before": "0" * 40},
        {"sender": {"login": "codeflash[bot]"}},
    ],
    ids=["another branch", "a tag", "deleted", "created", "from nothing", "its own"],
)
def test_another_push_is_ignored(payload: Payload, own: Own, changes: dict[str, Any]) -> None:
    assert isinstance(order(own, "push", payload("push", "", **changes)), Ignored)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/codeflash compare", CompareAsked(SHOP, 3, 99, "ada")),
        ("\n /codeflash   compare \r\nplease", CompareAsked(SHOP, 3, 99, "ada")),
        ("/codeflash stop", Stop(SHOP, 3, "ada")),
        ("/codeflash optimize a.py::f", OptimizeAsked(SHOP, 3, "a.py::f", 99, "ada")),
        ("/codeflash optimize `src/a-b.py::A.f`", OptimizeAsked(SHOP, 3, "src/a-b.py::A.f", 99, "ada")),
        ("/codeflash optimize größe/mäß.py::größe", OptimizeAsked(SHOP, 3, "größe/mäß.py::größe", 99, "ada")),
    ],
)
def test_a_command_in_the_first_line_is_an_order(
    payload: Payload, own: Own, body: str, expected: Order
) -> None:
    assert order(own, "issue_comment", payload("issue_comment", "created", comment__body=body)) == expected


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "looks good\n/codeflash stop",
        "> /codeflash stop",
        "/codeflashy stop",
        "/codeflash",
        "/codeflash dance",
        "/codeflash stop now",
        "/codeflash optimize",
        "/codeflash optimize a.py",
        "/codeflash optimize /etc/passwd::f",
        "/codeflash optimize ../a.py::f",
        "/codeflash optimize a/../../b.py::f",
        "/codeflash optimize --apply::f",
        "/codeflash optimize a.py::f;rm",
        "/codeflash optimize a.py::f --apply",
        "/codeflash optimize a\0.py::f",
        "/codeflash optimize a.py::" + "f" * 3000,
    ],
)
def test_what_is_no_command_is_ignored(payload: Payload, own: Own, body: Any) -> None:
    told = order(own, "issue_comment", payload("issue_comment", "created", comment__body=body))
    assert isinstance(told, Ignored)


@pytest.mark.parametrize(
    "changes",
    [
        {"issue__pull_request": None},
        {"issue__state": "closed"},
        {"comment__user": {"login": "helper[bot]"}},
        {"comment__user": {"login": "helper", "type": "Bot"}},
        {"comment__user": {"login": "codeflash[bot]", "type": "User"}},
    ],
    ids=["an issue", "closed", "a bot by name", "a bot by type", "the app"],
)
def test_a_command_in_another_place_or_of_a_program_is_ignored(
    payload: Payload, own: Own, changes: dict[str, Any]
) -> None:
    assert isinstance(order(own, "issue_comment", payload("issue_comment", "created", **changes)), Ignored)


def test_an_edited_comment_is_no_new_command(payload: Payload, own: Own) -> None:
    edited = {**payload("issue_comment", "created"), "action": "edited"}
    assert isinstance(order(own, "issue_comment", edited), Ignored)


@pytest.mark.parametrize(
    "key", [f"pull-3-{'a' * 40}", f"pull-3-{'a' * 40}-5-2026", "asked-99", f"push-{'b' * 40}"]
)
def test_a_check_of_ours_is_run_again(payload: Payload, own: Own, key: str) -> None:
    named = payload("check_run", "rerequested", check_run__external_id=f"codeflash:{key}")
    again = RunAgain(SHOP, "a" * 40, key, "5-20261128120000", "ada")
    assert order(own, "check_run", named) == again


def test_all_checks_of_a_commit_are_run_again(payload: Payload, own: Own) -> None:
    told = order(own, "check_suite", payload("check_suite", "rerequested"))
    assert told == RunAgain(SHOP, "a" * 40, "", "5-20261128120000", "ada")


@pytest.mark.parametrize(("what", "at"), [("check_run", "completed_at"), ("check_suite", "updated_at")])
def test_a_check_that_is_run_again_twice_is_run_twice(payload: Payload, own: Own, what: str, at: str) -> None:
    first = order(own, what, payload(what, "rerequested"))
    later = payload(what, "rerequested", **{f"{what}__{at}": "2026-11-28T13:00:00Z"})
    assert order(own, what, later) != first


@pytest.mark.parametrize(
    "changes",
    [
        {"check_run__app": {"id": 1}},
        {"check_run__app": None},
        {"check_run__external_id": None},
        {"check_run__external_id": ""},
        {"check_run__external_id": "codeflash:else-3"},
        {"check_run__external_id": "codeflash:push-" + "x" * 40},
        {"sender": {"login": "codeflash[bot]"}},
    ],
    ids=["another app's", "nobody's", "without a name", "an empty name", "unknown", "odd", "the app itself"],
)
def test_another_check_is_ignored(payload: Payload, own: Own, changes: dict[str, Any]) -> None:
    assert isinstance(order(own, "check_run", payload("check_run", "rerequested", **changes)), Ignored)


def test_without_its_own_id_the_app_takes_no_check_for_its_own(payload: Payload, own: Own) -> None:
    nobody = evolve(own, app=0)
    zero = payload("check_run", "rerequested", check_run__app={"id": 0})
    assert isinstance(order(nobody, "check_run", zero), Ignored)


@pytest.mark.parametrize("action", ["created", "unsuspend", "new_permissions_accepted"])
def test_an_installation_is_known_with_its_repositories(payload: Payload, own: Own, action: str) -> None:
    told = order(own, "installation", payload("installation", action))
    assert told == Installed(7, "acme", added=((11, "acme/shop"),))


def test_a_suspended_installation_is_known_to_be(payload: Payload, own: Own) -> None:
    assert order(own, "installation", payload("installation", "suspend")) == Installed(
        7, "acme", suspended=True
    )


def test_a_removed_installation_is_forgotten(payload: Payload, own: Own) -> None:
    assert order(own, "installation", payload("installation", "deleted")) == Uninstalled(7)


@pytest.mark.parametrize("action", ["added", "removed"])
def test_an_installation_may_see_others(payload: Payload, own: Own, action: str) -> None:
    told = order(own, "installation_repositories", payload("installation_repositories", action))
    assert told == Installed(7, "acme", added=((12, "acme/till"),), removed=(11,))


@pytest.mark.parametrize("action", ["renamed", "transferred", "edited", "unarchived"])
def test_a_repository_may_be_named_otherwise(payload: Payload, own: Own, action: str) -> None:
    told = order(own, "repository", payload("repository", action, repository__full_name="new/name"))
    assert told == Changed(evolve(SHOP, name="new/name"))


@pytest.mark.parametrize("action", ["archived", "deleted"])
def test_a_repository_that_is_gone_is_worked_on_no_more(payload: Payload, own: Own, action: str) -> None:
    assert order(own, "repository", payload("repository", action)) == Installed(7, "acme", removed=(11,))


def test_what_is_not_sent_to_an_installation_is_ignored(payload: Payload, own: Own) -> None:
    alone = payload("push", "")
    del alone["installation"]
    assert order(own, "push", alone) == Ignored("it was not sent to an installation of the app")


def test_nothing_is_bought(own: Own) -> None:
    assert order(own, "marketplace_purchase", {"action": "purchased"}) == Ignored("the app sells nothing")
