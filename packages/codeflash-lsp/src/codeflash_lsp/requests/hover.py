"""``textDocument/hover``: the evidence about the function whose name is pointed at."""

from __future__ import annotations

from lsprotocol import types

from codeflash_lsp.evidence.words import page
from codeflash_lsp.snapshot import Snapshot


def hover(snapshot: Snapshot, position: types.Position) -> types.Hover | None:
    """What is known of the function, or None where nothing is or its name is not pointed at."""
    offset = snapshot.document.offset(position)
    function = next((each for each in snapshot.analysis.functions if each.start <= offset <= each.end), None)
    known = snapshot.known.get(function.name) if function else None
    if function is None or known is None:
        return None
    return types.Hover(
        contents=types.MarkupContent(
            kind=types.MarkupKind.Markdown,
            value=page(
                known,
                stale=snapshot.stale.get(function.name, ""),
                applied=function.name in snapshot.applied,
            ),
        ),
        range=snapshot.document.range(function.start, function.end),
    )
