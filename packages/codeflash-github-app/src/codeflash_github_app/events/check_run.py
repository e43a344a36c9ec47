"""``check_run`` and ``check_suite``: somebody wants a check of ours again.

What it was about is known by the name that we gave it. Whether they may ask is looked up by the job.
"""

from __future__ import annotations

import re

from codeflash_github_app.events.fields import COMMIT, LOGIN, Payload, found, number, repository, text
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Ignored, Order, RunAgain

# What stands in a check run of ours: the name that the job gave it, which tells what to do again.
_EXTERNAL = re.compile(r"codeflash:((?:pull|asked|push)-[0-9a-f-]{1,300})")


def run_again(payload: Payload, own: Own) -> Order:
    """One check is wanted again.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return _again(payload, own, "check_run")


def suite_again(payload: Payload, own: Own) -> Order:
    """All checks of a commit are wanted again.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return _again(payload, own, "check_suite")


def _again(payload: Payload, own: Own, what: str) -> Order:
    if not own.app or found(payload, f"{what}.app.id") != own.app:
        return Ignored("a check of another app")
    if own.is_at(payload, "sender"):
        return Ignored("wanted again by the app itself")
    key = ""
    if what == "check_run":
        external = found(payload, "check_run.external_id")
        told = _EXTERNAL.fullmatch(external) if isinstance(external, str) else None
        if told is None:
            return Ignored("a check without the app's sign")
        key = told[1]
    # The same check may be run again and again: when it was completed last tells one time from the next.
    moment = found(payload, f"{what}.completed_at" if what == "check_run" else f"{what}.updated_at")
    when = re.sub(r"[^0-9]", "", moment)[:20] if isinstance(moment, str) else ""
    return RunAgain(
        repository(payload),
        text(payload, f"{what}.head_sha", COMMIT),
        key,
        f"{number(payload, f'{what}.id')}-{when}",
        text(payload, "sender.login", LOGIN),
    )
