"""One run from its request to its record; every door opens its runs here."""

from __future__ import annotations

import contextlib
import os
import shlex
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cattrs
from attrs import evolve, field, frozen

from codeflash_core.errors import UsageError
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.assembly import Workshop, open_workshop, plugin
from codeflash_core.pipeline.events import Listener, Noted
from codeflash_core.pipeline.run import RunIdentity
from codeflash_core.pipeline.settings import Engine, SearchSettings
from codeflash_core.pipeline.steps import Steps
from codeflash_core.ports.language import Description
from codeflash_core.ports.sources import Source
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.journal import Journal, read_entries
from codeflash_core.records.runs import Runs, state_dir
from codeflash_core.reports.document import run_document
from codeflash_core.sandbox import Mode

JOURNAL = "journal.jsonl"


@frozen
class Request:
    """What a door asks for.

    Attributes:
        project: The project.
        workload: What shows the targets at work.
        settings: How to search.
        words: The command's words, to repeat and to resume it.
        version: Version of the program that asks.
        mode: How much confinement is asked for.
        pass_through: Names of the user's variables that foreign code may see.
        sources: Names of the candidate sources.
        given: Sources that are not named but handed in, such as a patch.
        resume: A run to go on with, or an empty string.
        state: The state folder, or None for the user's.
    """

    project: Project
    workload: Workload
    settings: SearchSettings
    words: tuple[str, ...]
    version: str
    mode: Mode = Mode.AUTO
    pass_through: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("rewrites",)
    given: tuple[Source, ...] = ()
    resume: str = ""
    state: Path | None = None


@frozen
class Session:
    """An open run.

    Attributes:
        engine: What the stages work with.
        identity: What the report says of the run.
        folder: Where the run is recorded.
        workshop: The sandbox and what runs in it.
        description: What runs the project's code.
    """

    engine: Engine
    identity: RunIdentity
    folder: Path
    workshop: Workshop
    description: Description
    _journal: Journal = field(repr=False)
    _converter: cattrs.Converter = field(repr=False)

    def finish(self, report: RunReport) -> dict[str, Any]:
        """Record the end of the run; returns its JSON document."""
        document = run_document(report)
        value = self._converter.unstructure(report)
        self._journal.append("end", {"report": document, "value": value})
        return document


@contextlib.asynccontextmanager
async def open_session(request: Request, emit: Listener) -> AsyncIterator[Session]:
    """Open a new run, or go on with one that was interrupted.

    Raises:
        UsageError: The run to resume does not exist or was another request.
        PrerequisiteError: Something is missing to run the project's code.
        StageError: The run can't be recorded.
    """
    state = request.state or state_dir()
    runs = Runs(state)
    folder = runs.find(request.resume) if request.resume else runs.create()
    with Journal(folder / JOURNAL) as journal:
        header, finished, seconds = _taken_up(folder / JOURNAL)
        if request.resume and header.get("project") != str(request.project.root):
            raise UsageError(
                f"run {folder.name} worked on another project: {header.get('project')}",
                "Resume it from there.",
            )
        if not header:
            header = _header(request, folder)
            journal.append("header", header)
        converter = make_converter(BlobStore(folder / "blobs"))
        variables = {name: os.environ[name] for name in request.pass_through if name in os.environ}
        async with open_workshop(request.project, request.mode, variables, state) as workshop:
            description = await workshop.language.describe(request.project)
            if description.problems:
                raise UsageError(description.problems[0], " ".join(description.problems[1:]))
            for line in workshop.confinement.missing:
                emit(Noted(f"not confined: {line}"))
            engine = Engine(
                project=request.project,
                workload=request.workload,
                language=workshop.language,
                sources=_sources(request),
                steps=Steps(journal, converter, finished, seconds),
                settings=request.settings,
                emit=emit,
                python=_version(description),
            )
            identity = _identity(header, folder, workshop)
            yield Session(engine, identity, folder, workshop, description, journal, converter)


def read_report(folder: Path) -> RunReport | None:
    """The report of a run that has ended, from its journal; None when it has not."""
    converter = make_converter(BlobStore(folder / "blobs"))
    found: RunReport | None = None
    for entry in read_entries(folder / JOURNAL):
        if entry["kind"] == "end":
            found = converter.structure(entry["value"], RunReport)
    return evolve(found, results=tuple(map(_with_best_among, found.results))) if found else None


def _with_best_among(result: TargetResult) -> TargetResult:
    """The result whose best attempt is again one of its attempts, and not merely equal to it."""
    return evolve(result, best=next((each for each in result.attempts if each == result.best), result.best))


def words_of(folder: Path) -> tuple[tuple[str, ...], str]:
    """The words of the command that began a run, and the folder it was given in.

    Raises:
        UsageError: The journal has no beginning.
    """
    header, _, _ = _taken_up(folder / JOURNAL)
    if "arguments" not in header:
        raise UsageError(f"run {folder.name} has no beginning to resume from", "Start a new run.")
    return tuple(header["arguments"]), str(header.get("cwd", "."))


def _taken_up(path: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """The header of a journal, its finished steps, and the seconds that each took."""
    header: dict[str, Any] = {}
    finished: dict[str, Any] = {}
    seconds: dict[str, float] = {}
    for entry in read_entries(path):
        if entry["kind"] == "header":
            header = entry
        elif entry["kind"] == "step":
            finished[entry["name"]] = entry["value"]
            seconds[entry["name"]] = float(entry.get("seconds", 0.0))
    return header, finished, seconds


def _header(request: Request, folder: Path) -> dict[str, Any]:
    return {
        "run": folder.name,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "project": str(request.project.root),
        "cwd": str(Path.cwd()),
        "arguments": list(request.words),
        "version": request.version,
        "seed": request.settings.seed,
    }


def _identity(header: Mapping[str, Any], folder: Path, workshop: Workshop) -> RunIdentity:
    words: Sequence[str] = header.get("arguments", ())
    masked = [f"masked in the sandbox: {', '.join(workshop.masked)}"] if workshop.masked else []
    return RunIdentity(
        run=folder.name,
        command=shlex.join(["codeflash", *words]),
        started=str(header.get("started", "")),
        version=str(header.get("version", "")),
        sandbox=workshop.confinement.mechanism,
        unconfined=workshop.confinement.missing,
        notes=tuple(masked),
    )


def _sources(request: Request) -> tuple[Source, ...]:
    named = [plugin("codeflash.sources", name)() for name in request.sources]
    return (*request.given, *named)


def _version(description: Description) -> tuple[int, int]:
    parts = description.facts.get("version", "3.11").split(".")
    try:
        return int(parts[0]), int(parts[1])
    except (ValueError, IndexError):
        return (3, 11)
