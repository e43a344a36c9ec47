"""``push``: the default branch is compared with itself before."""

from __future__ import annotations

import re

from codeflash_github_app.events.fields import COMMIT, Payload, flag, repository, text
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Ignored, Order, ReportPush


def pushed(payload: Payload, own: Own) -> Order:
    """Commits came to a branch or a tag.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    if flag(payload, "deleted"):
        return Ignored("a branch or tag was deleted")
    where = repository(payload)
    if text(payload, "ref") != f"refs/heads/{where.default_branch}":
        return Ignored("not the default branch")
    if own.is_at(payload, "sender"):
        return Ignored("pushed by the app itself")
    before, after = text(payload, "before", COMMIT), text(payload, "after", COMMIT)
    if flag(payload, "created") or not re.search("[^0]", before):
        return Ignored("a new branch: there is nothing to compare it with")
    return ReportPush(where, before, after)
