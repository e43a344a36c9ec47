"""``codeflash/results``: what runs have found about the functions of a document."""

from __future__ import annotations

from typing import Any

from codeflash_core.reports.document import result_document
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.evidence.words import short
from codeflash_lsp.snapshot import Snapshot


def results(snapshot: Snapshot) -> dict[str, Any]:
    """The newest answer for each function of a document. Keys are added, never renamed.

    Args:
        snapshot: The document.
    """
    return {
        "uri": snapshot.document.uri,
        "version": snapshot.document.version,
        "running": sorted(snapshot.running),
        "results": [
            result_of(known, snapshot.stale.get(function, ""), applied=function in snapshot.applied)
            for function, known in sorted(snapshot.known.items())
        ],
    }


def result_of(known: Known, stale: str, *, applied: bool = False) -> dict[str, Any]:
    """One answer as plain JSON.

    Args:
        known: The answer.
        stale: Why it is about an older text; an empty string where it is not.
        applied: Whether the text has the proven version already.
    """
    return {
        "function": known.function,
        "summary": short(known),
        "stale": stale or None,
        "applied": applied,
        "applicable": known.accepted and not stale and not applied,
        "started": known.started,
        "command": known.command,
        "result": result_document(known.result, known.run),
    }
