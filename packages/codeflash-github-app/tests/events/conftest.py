"""Least payloads, one of each kind that is carried out."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from codeflash_github_app.events.own import Own

BASE = {
    "installation": {"id": 7, "account": {"login": "acme"}},
    "repository": {
        "id": 11,
        "full_name": "acme/shop",
        "default_branch": "main",
        "owner": {"login": "acme"},
    },
    "sender": {"login": "ada", "type": "User"},
}
PULL = {"number": 3, "draft": False, "user": {"login": "ada"}, "head": {"sha": "a" * 40}}
COMMENT = {
    "issue": {"number": 3, "state": "open", "pull_request": {}},
    "comment": {
        "id": 99,
        "body": "/codeflash optimize shop/a.py::Cart.total",
        "user": {"login": "ada", "type": "User"},
    },
}
CHECK = {
    "id": 5,
    "head_sha": "a" * 40,
    "app": {"id": 29310},
    "completed_at": "2026-11-28T12:00:00Z",
    "updated_at": "2026-11-28T12:00:00Z",
    "external_id": f"codeflash:pull-3-{'a' * 40}",
}
PAYLOADS: dict[tuple[str, str], dict[str, Any]] = {
    **{
        ("pull_request", action): {"pull_request": PULL}
        for action in ("opened", "synchronize", "reopened", "ready_for_review", "closed")
    },
    ("push", ""): {
        "ref": "refs/heads/main",
        "before": "a" * 40,
        "after": "b" * 40,
        "created": False,
        "deleted": False,
    },
    ("issue_comment", "created"): COMMENT,
    ("check_run", "rerequested"): {"check_run": CHECK},
    ("check_suite", "rerequested"): {"check_suite": CHECK},
    **{
        ("installation", action): {"repositories": [{"id": 11, "full_name": "acme/shop"}]}
        for action in ("created", "new_permissions_accepted", "unsuspend", "suspend", "deleted")
    },
    **{
        ("installation_repositories", action): {
            "repositories_added": [{"id": 12, "full_name": "acme/till"}],
            "repositories_removed": [{"id": 11, "full_name": "acme/shop"}],
        }
        for action in ("added", "removed")
    },
    **{
        ("repository", action): {}
        for action in ("renamed", "transferred", "edited", "unarchived", "archived", "deleted")
    },
}


@pytest.fixture
def own() -> Own:
    """The app."""
    return Own(29310, "codeflash[bot]")


@pytest.fixture
def payload() -> Callable[..., dict[str, Any]]:
    """``payload("push", "", ref="refs/heads/x")``: a payload with fields changed; ``__`` goes down one level."""

    def made(event: str, action: str, **changes: Any) -> dict[str, Any]:
        whole = copy.deepcopy({**BASE, **PAYLOADS[event, action]})
        if action:
            whole["action"] = action
        for path, value in changes.items():
            *folders, name = path.split("__")
            place = whole
            for folder in folders:
                place = place[folder]
            place[name] = value
        return whole

    return made
