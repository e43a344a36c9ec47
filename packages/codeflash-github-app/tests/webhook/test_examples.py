"""Every payload that GitHub gives as an example, through the running app."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from codeflash_github_app.webhook.router import IGNORED, ROUTES

EXAMPLES = (
    Path(__file__).resolve().parents[4]
    / "tools/node/node_modules/@octokit/webhooks-examples/api.github.com/index.json"
)
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_file(), reason="@octokit/webhooks-examples is not installed: see tools/node/install"
)


def examples() -> list[tuple[str, dict[str, Any]]]:
    return [
        (event["name"], payload)
        for event in json.loads(EXAMPLES.read_text("utf-8"))
        for payload in event["examples"]
    ]


def test_every_event_is_routed_or_ignored_with_a_reason_of_its_own() -> None:
    events = {event for event, _ in examples()}
    assert len(events) == 58
    assert events <= {event for event, _ in ROUTES} | set(IGNORED)


async def test_every_payload_is_accepted_and_has_an_outcome(receiver: Any) -> None:
    sent = examples()
    at_once = asyncio.Semaphore(20)

    async def send(number: int, event: str, payload: dict[str, Any]) -> tuple[str, str]:
        async with at_once:
            answer = await receiver.send(event, payload, delivery=f"d-{number}")
        assert answer.status_code == 202, (event, payload.get("action"), answer.text)
        return event, answer.json()["outcome"]

    told = await asyncio.gather(
        *(send(number, event, payload) for number, (event, payload) in enumerate(sent))
    )
    rows = await receiver.rows()
    assert len(rows) == len(sent)
    assert all(row["reason"] for row in rows if row["outcome"] == "ignored")
    taken = {event for event, outcome in told if outcome == "taken"}
    assert taken == {
        "check_suite",
        "installation",
        "installation_repositories",
        "pull_request",
        "repository",
    }


async def test_every_payload_of_an_installed_app_that_should_lead_to_something_does(receiver: Any) -> None:
    """Most examples are of repositories' own webhooks, which tell no installation."""
    taken = set()
    for number, (event, payload) in enumerate(examples()):
        action = payload.get("action", "")
        if (event, action) not in ROUTES and (event, "") not in ROUTES:
            continue
        payload.setdefault("installation", {"id": 7, "account": {"login": "acme"}})
        if event == "push":
            payload |= {"deleted": False, "created": False, "ref": "refs/heads/master", "before": "a" * 40}
            payload |= {"after": "b" * 40}
        if event == "issue_comment":
            payload["comment"]["body"] = "/codeflash compare"
            payload["issue"] |= {"pull_request": {}, "state": "open"}
        if event in ("check_run", "check_suite"):
            payload[event]["app"]["id"] = 29310
            payload[event]["external_id"] = f"codeflash:pull-3-{'a' * 40}"
        if event == "pull_request":
            payload["pull_request"]["draft"] = False
        answer = await receiver.send(event, payload, delivery=f"d-{number}")
        assert answer.json().get("outcome") == "taken", (event, action, answer.text)
        taken.add((event, action))
    # Of these there is no example.
    unseen = {("repository", "deleted"), ("repository", "archived"), ("repository", "unarchived")}
    assert set(ROUTES) - taken <= unseen | {("installation", "new_permissions_accepted")}
