"""``textDocument/publishDiagnostics`` and ``textDocument/diagnostic``: what is slow, why, and what to be careful of."""

from __future__ import annotations

import hashlib

from lsprotocol import types

from codeflash_lsp.findings.diagnostics import diagnostics_of
from codeflash_lsp.snapshot import Snapshot


def diagnostics(snapshot: Snapshot) -> list[types.Diagnostic]:
    """The diagnostics of a document; none while it does not parse, for what was found there is no more."""
    if not snapshot.settings.diagnostics or snapshot.analysis.problem:
        return []
    return diagnostics_of(snapshot.document, snapshot.analysis, snapshot.shares)


def report(snapshot: Snapshot, previous: str | None) -> types.DocumentDiagnosticReport:
    """The same for a client that asks for them.

    Args:
        snapshot: The document.
        previous: What the client was answered last, or None.
    """
    items = diagnostics(snapshot)
    told = repr([(item.range, item.code, item.severity, item.message) for item in items])
    result = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if result == previous:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=result)
