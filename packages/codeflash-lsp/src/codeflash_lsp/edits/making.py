"""An edit of the protocol for what was chosen, with what people should know of it."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from codeflash_lsp.client import Client
from codeflash_lsp.edits.proven import proven_edits
from codeflash_lsp.edits.unproven import Wanted, rewrite_of
from codeflash_lsp.edits.workspace_edit import workspace_edit
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.evidence.words import at_least
from codeflash_lsp.snapshot import Snapshot
from codeflash_rewrites.catalogue import by_slug


async def proven_edit(client: Client, snapshot: Snapshot, function: str) -> tuple[Known, types.WorkspaceEdit]:
    """What applies the proven version of a function, and the answer that proved it.

    Raises:
        UsageError: Nothing is proven of it, or not of the text as it is.
    """
    known, edits = await asyncio.to_thread(proven_edits, snapshot, function)
    label = f"codeflash: {function} {at_least(known)}"
    return known, workspace_edit(client, snapshot.document, edits, label, f"run {known.run}")


async def unproven_edit(client: Client, snapshot: Snapshot, wanted: Wanted) -> types.WorkspaceEdit:
    """What applies a rewrite of the catalogue, with its traps.

    Raises:
        UsageError: It does not fit the text any more.
    """
    rewrite = await asyncio.to_thread(rewrite_of, snapshot.document.text, wanted)
    traps = "; ".join(by_slug(wanted.rule).traps)
    description = f"{rewrite.why} Not the same when: {traps}." if traps else rewrite.why
    label = f"codeflash: {wanted.rule} in {wanted.function}, unproven"
    return workspace_edit(client, snapshot.document, rewrite.edits, label, description)
