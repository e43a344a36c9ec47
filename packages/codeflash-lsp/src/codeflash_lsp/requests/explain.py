"""``codeflash/explain`` and the command ``codeflash.explain``: the evidence about one function."""

from __future__ import annotations

from typing import Any

from codeflash_core.errors import UsageError
from codeflash_lsp.evidence.words import page
from codeflash_lsp.requests.results import result_of
from codeflash_lsp.snapshot import Snapshot


def explanation(snapshot: Snapshot, function: str) -> dict[str, Any]:
    """The evidence, for people and for programs.

    Args:
        snapshot: The document.
        function: The function's dotted name.

    Raises:
        UsageError: Nothing is known of it.
    """
    known = snapshot.known.get(function)
    if known is None:
        raise UsageError(f"no run has looked at {function} yet", "Optimize it first.")
    stale = snapshot.stale.get(function, "")
    applied = function in snapshot.applied
    return {
        "markdown": page(known, stale=stale, applied=applied),
        **result_of(known, stale, applied=applied),
    }
