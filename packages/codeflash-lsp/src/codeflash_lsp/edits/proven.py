"""A proven version brought to the text that the editor holds now."""

from __future__ import annotations

from codeflash_core.errors import UsageError
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.snapshot import Snapshot
from codeflash_lsp.texts.edits import line_edits, rebased
from codeflash_syntax.edits import Edit


def proven_edits(snapshot: Snapshot, function: str) -> tuple[Known, list[Edit]]:
    """What applies the proven version of a function. To be called in a thread.

    Args:
        snapshot: The document, and what is known of it.
        function: The function's dotted name.

    Raises:
        UsageError: Nothing is proven of it, or not of the text as it is.
    """
    known = snapshot.known.get(function)
    if known is None or not known.accepted:
        raise UsageError(f"no faster version of {function} is proven", "Optimize it first.")
    if function in snapshot.applied:
        raise UsageError(f"the proven version of {function} is applied already")
    if function in snapshot.stale:
        raise UsageError(
            f"the proven version of {function} is of an older text: {snapshot.stale[function]}",
            "Optimize it again.",
        )
    if known.before is None or known.after is None:
        raise UsageError(
            f"the proven version of {function} changes more than this file",
            f"Apply it on the command line: {known.command} --apply",
        )
    wanted = rebased(known.before, known.after, snapshot.document.text, function)
    if wanted is None:
        raise UsageError(
            f"the proven version of {function} does not fit what was edited around it", "Optimize it again."
        )
    return known, line_edits(snapshot.document.text, wanted)
