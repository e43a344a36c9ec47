"""``textDocument/codeLens``: what can be done about a function, and what the last run said of it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from codeflash_lsp.evidence.words import at_least, short
from codeflash_lsp.findings.analysis import Function
from codeflash_lsp.requests.commands import APPLY, EXPLAIN, OPTIMIZE, command
from codeflash_lsp.snapshot import Snapshot


def lenses(snapshot: Snapshot) -> list[types.CodeLens]:
    """The lenses of a document; none for what can't be optimized where it is."""
    document = snapshot.document
    if not snapshot.settings.code_lens or document.path is None or document.is_test:
        return []
    return [
        types.CodeLens(range=document.range(function.start, function.end), command=shown)
        for function in snapshot.analysis.functions
        for shown in _commands(snapshot, function)
    ]


def _commands(snapshot: Snapshot, function: Function) -> Iterator[types.Command]:
    uri, name = snapshot.document.uri, function.name
    known = snapshot.known.get(name)
    if name in snapshot.running:
        yield command("Optimizing…", EXPLAIN, uri, name)
        return
    yield command("Optimize again" if known is not None else "Optimize", OPTIMIZE, uri, name)
    if known is None:
        return
    if name in snapshot.applied:
        yield command(f"Applied: {short(known)}", EXPLAIN, uri, name)
    elif name in snapshot.stale:
        yield command(f"Of an older text: {short(known)}", EXPLAIN, uri, name)
    elif known.accepted:
        yield command(f"Apply: {at_least(known)}", APPLY, uri, name)
        yield command("Evidence", EXPLAIN, uri, name)
    else:
        yield command(short(known).capitalize(), EXPLAIN, uri, name)
