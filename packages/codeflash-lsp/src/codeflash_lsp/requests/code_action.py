"""``textDocument/codeAction`` and its resolution: apply what is proven, have it proven, or rewrite at one's own risk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve
from lsprotocol import types

from codeflash_core.errors import CodeflashError, UsageError
from codeflash_lsp.client import Client
from codeflash_lsp.edits.proven import proven_edits
from codeflash_lsp.edits.unproven import Wanted, rewrite_of
from codeflash_lsp.edits.workspace_edit import workspace_edit
from codeflash_lsp.evidence.words import at_least
from codeflash_lsp.findings.analysis import Finding
from codeflash_lsp.findings.diagnostics import diagnostics_of
from codeflash_lsp.requests.commands import OPTIMIZE, command
from codeflash_lsp.snapshot import Snapshot
from codeflash_rewrites.catalogue import by_slug

KINDS = (types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite)
MOST_VARIANTS = 3


def actions(snapshot: Snapshot, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done where the cursor is; edits are made when an action is chosen."""
    document = snapshot.document
    start, end = document.offset(params.range.start), document.offset(params.range.end)
    wanted = params.context.only
    made = [*_of_function(snapshot, start), *_of_findings(snapshot, start, end)]
    return [action for action in made if _is_wanted(action, wanted)]


async def completed(client: Client, snapshot: Snapshot, action: types.CodeAction) -> types.CodeAction:
    """An action with its edit.

    Raises:
        UsageError: It is none of ours, or does not fit the text any more.
    """
    match action.data:
        case {"apply": str(function)}:
            known, edits = await asyncio.to_thread(proven_edits, snapshot, function)
            label = f"codeflash: {function} {at_least(known)}"
            return evolve(
                action, edit=workspace_edit(client, snapshot.document, edits, label, f"run {known.run}")
            )
        case {"rule": str(rule), "variant": str(variant), "function": str(function), "nth": int(nth)}:
            chosen = Wanted(rule, variant, function, nth)
            rewrite = await asyncio.to_thread(rewrite_of, snapshot.document.text, chosen)
            traps = "; ".join(by_slug(rule).traps)
            edit = workspace_edit(
                client,
                snapshot.document,
                rewrite.edits,
                f"codeflash: {rule} in {function}, unproven",
                f"{rewrite.why} Not the same when: {traps}." if traps else rewrite.why,
            )
            return evolve(action, edit=edit)
    if action.command is not None:
        return action
    raise UsageError(f"the action is not one of this server: {action.title}", "Ask for the actions again.")


async def complete_all(
    client: Client, snapshot: Snapshot, made: Sequence[types.CodeAction]
) -> list[types.CodeAction]:
    """The actions with their edits, for a client that can't ask for them; those that do not fit are left out."""
    found = []
    for action in made:
        try:
            found.append(await completed(client, snapshot, action))
        except CodeflashError:
            continue
    return found


def _of_function(snapshot: Snapshot, offset: int) -> Iterator[types.CodeAction]:
    document = snapshot.document
    function = snapshot.analysis.at(offset)
    if function is None or document.path is None or document.is_test:
        return
    proven = snapshot.proven(function.name)
    if proven is not None:
        yield types.CodeAction(
            title=f"Apply the proven version of {function.name}: {at_least(proven)}",
            kind=types.CodeActionKind.RefactorRewrite,
            is_preferred=True,
            data={"uri": document.uri, "apply": function.name},
        )
    if function.name not in snapshot.running:
        title = f"Optimize {function.name} and prove it"
        yield types.CodeAction(
            title=title,
            kind=types.CodeActionKind.RefactorRewrite,
            command=command(title, OPTIMIZE, document.uri, function.name),
        )


def _of_findings(snapshot: Snapshot, start: int, end: int) -> Iterator[types.CodeAction]:
    document, analysis = snapshot.document, snapshot.analysis
    if analysis.problem:
        return
    seen: dict[tuple[str, str], int] = {}
    shown = diagnostics_of(document, analysis, snapshot.shares)
    for finding, diagnostic in zip(analysis.findings, shown, strict=True):
        place = (finding.rule, finding.function)
        nth = seen[place] = seen.get(place, -1) + 1
        if not _meets(document.text, finding, start, end):
            continue
        for variant in finding.variants[:MOST_VARIANTS]:
            yield types.CodeAction(
                title=f"{by_slug(finding.rule).title}{_form(finding, variant)} (unproven)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=False,
                data={
                    "uri": document.uri,
                    "rule": finding.rule,
                    "variant": variant,
                    "function": finding.function,
                    "nth": nth,
                },
            )


def _form(finding: Finding, variant: str) -> str:
    return f", {variant}" if len(finding.variants) > 1 else ""


def _meets(text: str, finding: Finding, start: int, end: int) -> bool:
    """Whether a selection touches the lines of a finding."""
    first = text.rfind("\n", 0, finding.start) + 1
    last = text.find("\n", finding.end)
    return start <= (len(text) if last < 0 else last) and end >= first


def _is_wanted(action: types.CodeAction, only: Sequence[Any] | None) -> bool:
    kind = str(getattr(action.kind, "value", action.kind))
    wanted = [str(getattr(each, "value", each)) for each in only or ()]
    return not wanted or any(not each or kind == each or kind.startswith(each + ".") for each in wanted)
