"""What is right and wrong, from facts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import frozen

from codeflash_github_app.settings import Settings
from codeflash_github_app.variables import PREFIX

NEEDED: Mapping[str, str] = {
    "checks": "write",
    "contents": "write",
    "issues": "read",
    "metadata": "read",
    "pull_requests": "write",
}
"""Permissions of the app, and no others. ``contents`` may be read only where no pull requests shall be opened."""
EVENTS = ("check_run", "check_suite", "issue_comment", "pull_request", "push", "repository")
"""Events that the app subscribes to; those of installations come by themselves."""
_RANK = {"": 0, "read": 1, "write": 2, "admin": 3}


class State(StrEnum):
    """How it stands with something."""

    GOOD = "good"
    OFF = "off"
    WRONG = "wrong"


@frozen
class Finding:
    """How it stands with one thing.

    Attributes:
        what: The thing.
        state: How it stands.
        told: That in words; no secret.
        hint: What to do; empty when there is nothing.
    """

    what: str
    state: State
    told: str
    hint: str = ""


def of_settings(settings: Settings) -> Iterator[Finding]:
    """What the settings themselves tell.

    Args:
        settings: The settings.
    """
    if settings.app:
        yield Finding("app", State.GOOD, f"number {settings.app}, acts as {settings.bot}")
    else:
        yield Finding("app", State.WRONG, "its id is not set", f"Set {PREFIX}ID: the app's page shows it.")
    if settings.secret:
        yield Finding("webhook", State.GOOD, "deliveries have to be signed")
    else:
        yield Finding(
            "webhook",
            State.OFF,
            "no secret is set",
            f"Set {PREFIX}WEBHOOK_SECRET to the app's, 16 characters at least.",
        )
    if settings.password:
        yield Finding("status pages", State.GOOD, "behind a password")
    else:
        yield Finding("status pages", State.OFF, "no password is set", f"Set {PREFIX}STATUS_PASSWORD.")
    address = settings.public_url
    if not address:
        yield Finding(
            "public address", State.OFF, "not set", f"Set {PREFIX}PUBLIC_URL for links to the pages."
        )
    elif address.startswith("http://"):
        yield Finding(
            "public address", State.OFF, f"{address} is not encrypted", "Put a proxy with TLS before the app."
        )
    else:
        yield Finding("public address", State.GOOD, address)


def of_key(file: Path | None, problem: str, mode: int) -> Finding:
    """How it stands with the private key.

    Args:
        file: Its file, or None.
        problem: Why it can't be used; empty when it can.
        mode: The file's permission bits.
    """
    if file is None:
        return Finding("private key", State.WRONG, "its file is not set", f"Set {PREFIX}PRIVATE_KEY_FILE.")
    if problem:
        return Finding("private key", State.WRONG, problem, "Make one on the app's page and download it.")
    if mode & 0o077:
        return Finding("private key", State.WRONG, "others than its owner can read it", f"chmod 600 {file}")
    return Finding("private key", State.GOOD, "can be used")


def of_app(document: Mapping[str, Any], settings: Settings) -> Iterator[Finding]:
    """What GitHub says of the app, against what it should be.

    Args:
        document: GitHub's answer to ``GET /app``.
        settings: The settings.
    """
    slug = str(document.get("slug", ""))
    if slug.lower() == settings.slug.lower():
        yield Finding("GitHub", State.GOOD, f"knows the app as {slug}")
    else:
        yield Finding(
            "GitHub",
            State.WRONG,
            f"the app's name is {slug[:100]}",
            f"Set {PREFIX}SLUG to it: else the app answers itself.",
        )
    given = {str(name): str(value) for name, value in dict(document.get("permissions") or {}).items()}
    lacking = [name for name, level in NEEDED.items() if _RANK.get(given.get(name, ""), 0) < _RANK[level]]
    spare = [name for name, level in given.items() if _RANK.get(level, 3) > _RANK[NEEDED.get(name, "")]]
    if [each for each in lacking if (each, given.get(each)) != ("contents", "read")]:
        yield Finding(
            "permissions", State.WRONG, f"lacking: {', '.join(lacking)}", "Grant them on the app's page."
        )
    elif spare:
        yield Finding("permissions", State.WRONG, f"more than needed: {', '.join(spare)}", "Take them away.")
    elif lacking:
        yield Finding(
            "permissions", State.GOOD, "as needed; no pull requests can be opened without contents: write"
        )
    else:
        yield Finding("permissions", State.GOOD, "as needed, and no more")
    missing = [each for each in EVENTS if each not in (document.get("events") or ())]
    if missing:
        yield Finding(
            "events", State.WRONG, f"not subscribed: {', '.join(missing)}", "Subscribe on the app's page."
        )
    else:
        yield Finding("events", State.GOOD, "all that are needed come")
