"""``textDocument/codeAction`` and its resolution: apply what is proven, have it proven, or rewrite at one's own risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve
from lsprotocol import types

from codeflash_core.errors import CodeflashError, UsageError
from codeflash_lsp.client import Client
from codeflash_lsp.edits.making import proven_edit, unproven_edit
from codeflash_lsp.evidence.words import at_least
from codeflash_lsp.findings.analysis import Finding, Form
from codeflash_lsp.findings.diagnostics import diagnostics_of
from codeflash_lsp.requests.arguments import rewrite_of_data
from codeflash_lsp.requests.commands import APPLY, OPTIMIZE, REWRITE, command
from codeflash_lsp.snapshot import Snapshot
from codeflash_rewrites.catalogue import by_slug

KINDS = (types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite)
MOST_FORMS = 3


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
    if action.command is not None:  # it is complete; some clients ask for everything
        return action
    match action.data:
        case {"apply": str(function)}:
            _, edit = await proven_edit(client, snapshot, function)
            return evolve(action, edit=edit)
    chosen = rewrite_of_data(action.data)
    if chosen is not None:
        return evolve(action, edit=await unproven_edit(client, snapshot, chosen))
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


def by_command(client: Client, made: Sequence[types.CodeAction]) -> Iterator[types.CodeAction]:
    """The actions for a client that can't tell versions: it may hold another text when an edit of ours arrives.

    What changes the text becomes a command, whose edit is made and compared with the newest text when it is chosen; for a
    client that can't be asked to apply edits either it is left out.
    """
    for action in made:
        if action.command is not None:
            yield action
        elif client.applies_edits:
            told = dict(action.data or {})
            name = APPLY if "apply" in told else REWRITE
            uri, function = told.pop("uri"), told.pop("apply", "") or told.pop("function")
            yield evolve(action, command=command(action.title, name, uri, function, **told))


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
            data={"uri": document.uri},
        )


def _of_findings(snapshot: Snapshot, start: int, end: int) -> Iterator[types.CodeAction]:
    document, analysis = snapshot.document, snapshot.analysis
    if analysis.problem:
        return
    shown = diagnostics_of(document, analysis, snapshot.shares)
    for finding, diagnostic in zip(analysis.findings, shown, strict=True):
        if not _meets(document.text, finding, start, end):
            continue
        for form in finding.forms[:MOST_FORMS]:
            yield types.CodeAction(
                title=f"{by_slug(finding.rule).title}{_named(finding, form)} (unproven)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=False,
                data={
                    "uri": document.uri,
                    "rule": finding.rule,
                    "variant": form.variant,
                    "function": finding.function,
                    "replaces": [list(each) for each in form.spot],
                },
            )


def _named(finding: Finding, form: Form) -> str:
    return f", {form.variant}" if len(finding.forms) > 1 else ""


def _meets(text: str, finding: Finding, start: int, end: int) -> bool:
    """Whether a selection touches the lines of a finding."""
    first = text.rfind("\n", 0, finding.start) + 1
    last = text.find("\n", finding.end)
    return start <= (len(text) if last < 0 else last) and end >= first


def _is_wanted(action: types.CodeAction, only: Sequence[Any] | None) -> bool:
    kind = str(getattr(action.kind, "value", action.kind))
    wanted = [str(getattr(each, "value", each)) for each in only or ()]
    return not wanted or any(not each or kind == each or kind.startswith(each + ".") for each in wanted)
