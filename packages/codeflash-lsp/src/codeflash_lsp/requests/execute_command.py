"""``workspace/executeCommand``: what lenses and actions call. Each answers at once, and tells the person how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from lsprotocol import types

from codeflash_core.errors import CodeflashError, UsageError
from codeflash_lsp.client import Client
from codeflash_lsp.door import Stopped, named_bug
from codeflash_lsp.edits.making import proven_edit, unproven_edit
from codeflash_lsp.edits.unproven import Wanted
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.evidence.words import at_least, sentence
from codeflash_lsp.requests.arguments import Place
from codeflash_lsp.requests.explain import explanation
from codeflash_lsp.requests.optimize import Asked, Begun, begun, carried_out
from codeflash_lsp.runs.engine_thread import EngineThread
from codeflash_lsp.session import Session
from codeflash_lsp.snapshot import Snapshot

FINISHED = "codeflash/finished"
"""The notification that tells editors how a run went that a command began."""
MOST_TRIES = 8
"""How often an edit is made anew because somebody typed meanwhile."""


async def start(
    session: Session, client: Client, engine: EngineThread, place: Place, tasks: set[asyncio.Task[None]]
) -> dict[str, Any]:
    """``codeflash.optimize``: begin, and answer at once: a run takes longer than clients wait.

    Args:
        session: What is open.
        client: Is told how it went.
        engine: Does it.
        place: The function.
        tasks: Keeps the work from being forgotten.

    Raises:
        UsageError: It can't be optimized where it is, or is being optimized already.
    """
    taken_up = await begun(session, Asked(place.uri, place.function, place.token))
    task = asyncio.get_running_loop().create_task(_run(session, client, engine, place, taken_up))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return {"started": True, "function": place.function}


async def _run(session: Session, client: Client, engine: EngineThread, place: Place, taken_up: Begun) -> None:
    message, decision, stale = "", None, None
    try:
        known = await carried_out(session, client, engine, taken_up)
        stale = await _stale(session, place)
        message, decision = sentence(known), known.result.decision.word.value
        if stale:
            client.say(f"{message} Of an older text: {stale}.")
        else:
            client.say(f"{message} Apply it by its lens or a code action." if known.accepted else message)
    except Stopped as problem:
        message = problem.message
        client.say(message)
    except CodeflashError as problem:
        message = problem.message
        client.refuse(problem)
    except Exception as problem:  # noqa: BLE001 - the door of a task that nobody waits for
        bug = named_bug("codeflash.optimize", problem)
        message = bug.message
        client.refuse(bug)
    client.notify(
        FINISHED,
        {
            "uri": place.uri,
            "function": place.function,
            "decision": decision,
            "message": message,
            "stale": stale,
        },
    )


async def _stale(session: Session, place: Place) -> str | None:
    """Why an answer that just came is about an older text; None where it is not."""
    try:
        snapshot = await session.newest(place.uri)
    except UsageError:
        return "the document was closed"
    if place.function in snapshot.applied:
        return None
    return snapshot.stale.get(place.function)


async def apply(session: Session, client: Client, place: Place) -> dict[str, Any]:
    """``codeflash.apply``: have the editor apply the proven version; no file is written here.

    Raises:
        UsageError: Nothing is proven of the text as it is, or the editor refuses the edit.
    """
    proven: list[Known] = []

    async def make(snapshot: Snapshot) -> tuple[types.WorkspaceEdit, str]:
        known, edit = await proven_edit(client, snapshot, place.function)
        proven[:] = [known]
        return edit, at_least(known)

    await _applied(session, client, place, f"the proven version of {place.function}", make)
    return {"applied": True, "function": place.function, "run": proven[0].run}


async def rewrite(session: Session, client: Client, place: Place, wanted: Wanted) -> dict[str, Any]:
    """``codeflash.rewrite``: have the editor apply a rule's rewrite, which nobody has checked.

    Raises:
        UsageError: It does not fit the text any more, or the editor refuses the edit.
    """

    async def make(snapshot: Snapshot) -> tuple[types.WorkspaceEdit, str]:
        return await unproven_edit(client, snapshot, wanted), f"{wanted.rule}, unproven"

    await _applied(session, client, place, f"{wanted.rule} in {wanted.function}", make)
    return {"applied": True, "function": wanted.function, "rule": wanted.rule}


async def _applied(
    session: Session,
    client: Client,
    place: Place,
    what: str,
    make: Callable[[Snapshot], Awaitable[tuple[types.WorkspaceEdit, str]]],
) -> None:
    """Have an edit applied that was made for the text that the editor holds when it is sent."""
    for _ in range(MOST_TRIES):
        snapshot = await session.newest(place.uri)
        edit, label = await make(snapshot)
        if session.documents.get(place.uri) is snapshot.document:
            refused = await client.apply(edit, f"codeflash: {place.function} {label}")
            break
    else:
        refused = "its text changes all the time"
    if refused:
        raise UsageError(f"{what} was not applied: {refused}", "Try again.")


async def explain(session: Session, client: Client, place: Place) -> dict[str, Any]:
    """``codeflash.explain``: tell the evidence in a message, for editors that don't show an answer.

    Raises:
        UsageError: Nothing is known of the function.
    """
    snapshot = await session.newest(place.uri)
    if place.function in snapshot.running and place.function not in snapshot.known:
        client.say(f"{place.function} is being optimized.")
        return {"running": True}
    told = explanation(snapshot, place.function)
    known = snapshot.known[place.function]
    stale = f" Of an older text: {told['stale']}." if told["stale"] else ""
    client.say(f"{sentence(known)}{stale} Run {known.run}.", types.MessageType.Info)
    return told
