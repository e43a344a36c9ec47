"""One optimization: from a function in an open document to what the engine says of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from codeflash_core.errors import ContractViolation
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.opening import Asked, open_project, relative_names, request_of
from codeflash_core.pipeline.run import optimize_run
from codeflash_core.pipeline.session import Request, Session
from codeflash_core.pipeline.works import Report, Works, in_session
from codeflash_core.ports.language import Query
from codeflash_core.records.runs import Runs
from codeflash_lsp import __version__
from codeflash_lsp.evidence.known import Known
from codeflash_lsp.evidence.recorded import known_of

_log = logging.getLogger(__name__)
OPTIONS = {
    "seed": "--seed",
    "budget": "--budget",
    "sandbox": "--sandbox",
    "float-tolerance": "--float-tolerance",
}


@frozen
class Prepared:
    """A run that is about to begin.

    Attributes:
        request: What is asked of the engine.
        query: The function.
        root: The project's folder.
    """

    request: Request
    query: Query
    root: Path


def prepare(path: Path, function: str, settings: Mapping[str, Any], held: Mapping[Path, bytes]) -> Prepared:
    """Open the project of a file. To be called in a thread.

    Args:
        path: The file.
        function: The function's dotted name.
        settings: What is set of the engine, by its own keys.
        held: Bytes of files as the editor holds them.

    Raises:
        UsageError: There is no such function, or a setting is malformed.
        PrerequisiteError: The interpreter is missing.
    """
    asked = Asked(path.parent, (f"{path}::{function}",), settings=settings, held=held)
    opened = open_project(asked)
    names = relative_names(opened)
    words: list[str] = ["optimize", *names]
    for key, option in OPTIONS.items():
        words += [option, str(settings[key])] if settings.get(key) not in (None, "") else []
    tests = settings.get("tests") or ()
    words += ["--tests", *tests] if tests else []
    request, query = request_of(opened, names, words=tuple(words), version=__version__)
    return Prepared(request, query, opened.project.root)


async def optimize(works: Works, prepared: Prepared, report: Report) -> Known:
    """Let the engine search, and take its answer. To be awaited in the engine's thread.

    Args:
        works: The engine's runs.
        prepared: The run.
        report: Hears of the progress.

    Raises:
        CodeflashError: The request can't be carried out.
        ContractViolation: A bug of ours stopped the run.
    """

    async def work(session: Session) -> RunReport:
        outcome = await optimize_run(session.engine, prepared.query, session.identity)
        concluded = session.conclude(outcome.report)
        session.finish(concluded)
        return concluded

    found = await works.run(lambda emit: in_session(prepared.request, work, emit, _bug), report)
    folder = Runs(prepared.request.state).folder / found.run
    return next(known_of(found, folder, prepared.root))


def _bug(run: str, problem: Exception) -> ContractViolation:
    _log.error("a bug of ours in run %s", run or "(none)", exc_info=problem)
    return ContractViolation(
        f"a bug of ours stopped {f'run {run}' if run else 'the engine'}: {type(problem).__name__}: {problem}",
        "The server goes on; its log has the details. No file was changed.",
    )
