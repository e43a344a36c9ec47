"""``codeflash/optimize`` and the command ``codeflash.optimize``: search for a faster version, and prove it."""

from __future__ import annotations

import asyncio
import difflib
from pathlib import Path

from attrs import frozen
from lsprotocol import types

from codeflash_core.errors import UsageError
from codeflash_lsp.client import Client, Progress
from codeflash_lsp.door import Stopped
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.evidence.words import sentence
from codeflash_lsp.runs.engine_thread import EngineThread
from codeflash_lsp.runs.optimizing import optimize, prepare
from codeflash_lsp.runs.under_way import Run
from codeflash_lsp.session import Session
from codeflash_lsp.snapshot import Snapshot
from codeflash_lsp.texts.edits import Touched


@frozen
class Asked:
    """Which function is to be optimized.

    Attributes:
        uri: The document.
        function: Its dotted name.
        token: The progress that the client made room for, or None.
    """

    uri: str
    function: str
    token: types.ProgressToken | None = None


@frozen
class Begun:
    """A run that was taken up.

    Attributes:
        asked: What was asked for.
        snapshot: The document as it is optimized.
        path: Its file.
        run: The run.
    """

    asked: Asked
    snapshot: Snapshot
    path: Path
    run: Run


async def begun(session: Session, asked: Asked) -> Begun:
    """Take up a run; it has to be carried out then.

    Raises:
        UsageError: The function can't be optimized where it is, or is being optimized already.
    """
    snapshot = await session.newest(asked.uri)
    path = await asyncio.to_thread(file_of, snapshot, asked.function)
    return Begun(asked, snapshot, path, session.runs.begin(snapshot.document, asked.function))


async def carried_out(session: Session, client: Client, engine: EngineThread, begun: Begun) -> Known:
    """Optimize a function as the editor held it when the run was taken up, and tell of the progress.

    Raises:
        Stopped: The client or an edit stopped the run.
        CodeflashError: The engine can't do it.
    """
    asked, snapshot, path, run = begun.asked, begun.snapshot, begun.path, begun.run
    progress: Progress | None = None
    ended = "it was cancelled"
    try:
        progress = await client.progress(asked.token, f"Optimizing {asked.function}")
        run.token = progress.token
        client.refresh()
        work = asyncio.create_task(_answer(session, engine, snapshot, path, run, progress))
        run.work = work
        if run.why:  # it was stopped before there was anything to stop
            work.cancel()
        known = await work
        await session.learn(known)
        ended = sentence(known)
        document = session.documents.get(asked.uri)
        late = await asyncio.to_thread(known.standing, document.text) if document is not None else None
        if isinstance(late, Touched):
            ended += f" Of an older text: {late.what}."
        return known
    except asyncio.CancelledError:
        run.stop(ended)
        ended = f"{asked.function}: stopped, {run.why}"
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        hint = "Optimize it again when you are done with it." if run.by_edit else ""
        raise Stopped(ended, hint, by_edit=run.by_edit) from None
    except Exception as problem:
        ended = f"{asked.function}: {getattr(problem, 'message', 'a bug of ours')}"
        raise
    finally:
        session.runs.end(run)
        if progress is not None:
            progress.end(ended)
        client.refresh()


async def _answer(
    session: Session, engine: EngineThread, snapshot: Snapshot, path: Path, run: Run, progress: Progress
) -> Known:
    held = await session.held_files()
    settings = snapshot.settings.for_the_engine()
    prepared = await asyncio.to_thread(prepare, path, run.function, settings, held)
    loop = asyncio.get_running_loop()

    def say(message: str) -> None:
        loop.call_soon_threadsafe(progress.report, message)

    async def report(_: float, message: str) -> None:
        # The title says already which function it is.
        say(" ".join(message.replace(f"{prepared.query.names[0]} ", " ").split()))

    return await engine.run(
        lambda works: optimize(works, prepared, report), lambda: say("waiting for the end of another run")
    )


def file_of(snapshot: Snapshot, function: str) -> Path:
    """The file of a function that can be optimized. To be called in a thread.

    Raises:
        UsageError: It is in no file that a run could be of, or there is no such function.
    """
    document, analysis = snapshot.document, snapshot.analysis
    if document.notebook:
        raise UsageError(
            f"{function} is in a cell of a notebook, which has no tests that could show it at work",
            "Move it into a module of a project, and optimize it there.",
        )
    path = document.path
    if path is None or not path.is_file():
        raise UsageError(
            f"{document.uri} is no file on this machine, so nothing can be run of it",
            "Save it inside a project first.",
        )
    if not document.is_python:
        raise UsageError(f"{path.name} is not a Python file")
    if document.is_huge:
        raise UsageError(
            f"{path.name} is too large to be worked on in an editor",
            f"Use the command line: codeflash optimize {path.name}::{function}",
        )
    if analysis.problem:
        raise UsageError(f"{path.name} does not parse: {analysis.problem}", "Correct it first.")
    if analysis.function(function) is None:
        names = [each.name for each in analysis.functions]
        near = difflib.get_close_matches(function, names, 1)
        raise UsageError(
            f"{path.name} has no function {function}",
            f"Did you mean {near[0]}?" if near else f"It has: {', '.join(names[:8]) or 'none'}.",
        )
    return path
