"""``check_run`` and ``check_suite``: somebody wants a check of ours again."""

from __future__ import annotations

import re

from codeflash_github_app.events.fields import (
    COMMIT,
    Payload,
    found,
    number,
    pull_number,
    records,
    repository,
    text,
)
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Ignored, OptimizePull, Order

# What stands in a check run of ours; of a fork's pull request GitHub tells nothing else.
_EXTERNAL = re.compile(r"codeflash:pull-(\d{1,10})-[0-9a-f]{40,64}(?:-.*)?")


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
    where, head = repository(payload), text(payload, f"{what}.head_sha", COMMIT)
    pull = _pull(payload, what)
    if pull is None:
        return Ignored("the check belongs to no pull request")
    # The same check may be run again and again: when it was completed last tells one time from the next.
    moment = found(payload, f"{what}.completed_at" if what == "check_run" else f"{what}.updated_at")
    when = re.sub(r"[^0-9]", "", moment)[:20] if isinstance(moment, str) else ""
    return OptimizePull(where, pull, head, again=f"{number(payload, f'{what}.id')}-{when}")


def _pull(payload: Payload, what: str) -> int | None:
    for each in records(payload, f"{what}.pull_requests"):
        return pull_number(each, "number")
    external = found(payload, f"{what}.external_id")
    told = _EXTERNAL.fullmatch(external) if isinstance(external, str) else None
    return int(told[1]) if told and 0 < int(told[1]) < 2**31 else None
