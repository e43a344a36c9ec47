"""Section 5: the companion's answers, odd as they are."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from bodies import (
    ADD_HASH,
    ALREADY_OPTIMIZED,
    COMPLETION,
    CREATE_PR,
    MARK,
    SETUP_ACTIONS,
    STAGING,
    SUGGEST,
    VERIFY_EXISTING,
    Endpoint,
)
from manifest import SUCCESS, keeps
from running_service import Modelled, Service
from wholeness import error_of

DELIVERIES = (CREATE_PR, SUGGEST, STAGING, SETUP_ACTIONS)


def named(one: Endpoint, **fields: Any) -> Any:
    return {**one.body, **fields}


@keeps("cli-get-user: bare text; 403 for a key that does not count", f"/cfapi/cli-get-user: {SUCCESS}")
def test_the_user_is_bare_text(rules: Service) -> None:
    answer = rules.get("/cfapi/cli-get-user", cli_version="0.20.6")
    assert (answer.status_code, answer.text) == (200, "ada")
    assert answer.headers["Content-Type"].startswith("text/plain")
    error_of(rules.get("/cfapi/cli-get-user", Authorization="Bearer cf-other"), 403)


@keeps(
    "is-github-app-installed: the body is exactly true, or not",
    f"/cfapi/is-github-app-installed: {SUCCESS}",
)
def test_the_body_is_exactly_true_or_not(rules: Service, modelled: Modelled) -> None:
    query = "/cfapi/is-github-app-installed?repo=up-demo&owner="
    for _ in range(2):
        answer = modelled.service.get(f"{query}acme")
        assert (answer.status_code, answer.text) == (200, "true")
    assert modelled.service.get(f"{query}nobody").text == "false"
    assert rules.get(f"{query}acme").text == "false"
    error_of(rules.get("/cfapi/is-github-app-installed?repo=up-demo"), 422)


@keeps("create-pr: the body is the number")
def test_the_body_is_the_number(modelled: Modelled) -> None:
    answer = modelled.service.post(CREATE_PR.path, CREATE_PR.body)
    assert (answer.status_code, answer.text) == (200, "7")


@keeps("deliveries: 503 without a GitHub app, and what the app says with one")
@pytest.mark.parametrize("one", DELIVERIES, ids=lambda one: one.path)
def test_without_a_github_app_nothing_is_delivered(rules: Service, one: Endpoint) -> None:
    assert "GitHub app" in error_of(rules.post(one.path, one.body), 503)


@keeps("deliveries: 503 without a GitHub app, and what the app says with one")
@pytest.mark.parametrize("one", [CREATE_PR, SUGGEST, SETUP_ACTIONS], ids=lambda one: one.path)
@pytest.mark.parametrize(
    ("owner", "status", "said"), [("forbidden", 403, "read only"), ("nobody", 404, "not installed there")]
)
def test_the_app_says_what_it_may_not(
    modelled: Modelled, one: Endpoint, owner: str, status: int, said: str
) -> None:
    assert said in error_of(modelled.service.post(one.path, named(one, owner=owner)), status)


@keeps("setup-github-actions: success, pr_url and pr_number")
def test_a_workflow_becomes_a_pull_request(modelled: Modelled) -> None:
    answer = modelled.service.post(SETUP_ACTIONS.path, SETUP_ACTIONS.body)
    assert answer.json() == {
        "success": True,
        "pr_url": "https://example.com/acme/up-demo/pull/7",
        "pr_number": 7,
    }


@keeps("verify-existing-optimizations: functions by file")
def test_functions_are_listed_by_file(modelled: Modelled) -> None:
    repo = f"{uuid.uuid4()}"
    body = named(VERIFY_EXISTING, repo_name=repo)
    assert modelled.service.post(VERIFY_EXISTING.path, body).json() == {}
    for one in (CREATE_PR, SUGGEST):
        assert modelled.service.post(one.path, named(one, repo=repo)).status_code == 200
    assert modelled.service.post(VERIFY_EXISTING.path, body).json() == {"shop/ordering.py": ["arrange()"]}


@keeps("is-already-optimized: pairs for known hashes only")
def test_known_hashes_are_pairs(rules: Service) -> None:
    repo = f"{uuid.uuid4()}"
    body = named(ALREADY_OPTIMIZED, repo=repo)
    assert rules.post(ALREADY_OPTIMIZED.path, body).json() == {"already_optimized_tuples": []}
    for _ in range(2):
        noted = rules.post(ADD_HASH.path, named(ADD_HASH, repo=repo, code_hash="0a1b"))
        assert noted.status_code == 200
    found = rules.post(ALREADY_OPTIMIZED.path, body).json()
    assert found == {"already_optimized_tuples": [["shop/ordering.py", "arrange"]]}
    elsewhere = named(ALREADY_OPTIMIZED, repo=f"{uuid.uuid4()}")
    assert rules.post(ALREADY_OPTIMIZED.path, elsewhere).json() == {"already_optimized_tuples": []}


@keeps(f"{MARK.path}: {SUCCESS}", f"{COMPLETION.path}: {SUCCESS}")
def test_outcomes_and_ends_are_taken_note_of(rules: Service) -> None:
    for found in (True, False):
        answer = rules.post(MARK.path, named(MARK, is_optimization_found=found))
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert rules.post(COMPLETION.path, COMPLETION.body).json()["sent"] is False
