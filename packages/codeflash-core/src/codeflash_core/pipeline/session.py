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

from codeflash_core.deliveries.apply import INTENT, ApplyDelivery, clear_drafts, read_intent
from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.assembly import Workshop, open_workshop, plugin
from codeflash_core.pipeline.dependencies import fingerprint, measured_sha256, refuse_changes
from codeflash_core.pipeline.discretion import DiscreetLanguage, discreet
from codeflash_core.pipeline.ending import Ending
from codeflash_core.pipeline.events import Listener, Noted
from codeflash_core.pipeline.run import RunIdentity
from codeflash_core.pipeline.settings import Engine, SearchSettings
from codeflash_core.pipeline.steps import Steps
from codeflash_core.ports.deliveries import Delivered
from codeflash_core.ports.language import Description
from codeflash_core.ports.sources import Source, SourceSettings
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.fingerprint import Fingerprint, read_fingerprint
from codeflash_core.records.journal import Journal, in_use
from codeflash_core.records.reading import Past, read_past, read_report
from codeflash_core.records.runs import JOURNAL, Runs, RunState, state_dir
from codeflash_core.records.secrets import Secrets
from codeflash_core.reports.document import run_document
from codeflash_core.sandbox import Mode


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
        options: What named sources are configured with, by name; the others take none.
        resume: A run to go on with, or an empty string.
        state: The state folder, or None for the user's.
        reads: Digests of what else the run depends on, by name, such as a candidate's file.
        outputs: Paths that the run writes, relative to the root.
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
    options: Mapping[str, SourceSettings] = field(factory=dict)
    resume: str = ""
    state: Path | None = None
    reads: Mapping[str, str] = field(factory=dict)
    outputs: tuple[str, ...] = ()


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
    _ending: Ending = field(repr=False)

    def conclude(self, report: RunReport) -> RunReport:
        """Record what was found, before anything is done with it.

        Returns:
            The report as it is recorded: without the values of variables that foreign code may see.
        """
        secrets = self._ending.secrets
        value = secrets.hidden_in(self._converter.unstructure(report))
        self._journal.append("report", {"value": value})
        return self._converter.structure(value, RunReport) if secrets else report

    def measured(self) -> dict[str, str]:
        """SHA-256 of each file of the project as its versions are measured, by path."""
        return measured_sha256(self.workshop.entries)

    def finish(self, report: RunReport) -> dict[str, Any]:
        """Record the end of the run; returns its JSON document."""
        document: dict[str, Any] = self._ending.secrets.hidden_in(run_document(report))
        value = self._converter.unstructure(report)
        self._ending.write(RunState.DONE, {"report": document, "value": value})
        (self.folder / INTENT).unlink(missing_ok=True)
        return document


@contextlib.asynccontextmanager
async def open_session(request: Request, emit: Listener) -> AsyncIterator[Session]:
    """Open a new run, or go on with one that was interrupted; how it ends is recorded.

    Raises:
        UsageError: The run to resume does not exist, was another request, or rests on what has changed.
        PrerequisiteError: Something is missing to run the project's code.
        StageError: The run can't be recorded.
    """
    state = request.state or state_dir()
    runs = Runs(state)
    folder = runs.find(request.resume) if request.resume else runs.create()
    _clear_after_kills(runs)
    variables = {name: os.environ[name] for name in request.pass_through if name in os.environ}
    public = (str(request.project.root), *request.words)
    blobs = BlobStore(folder / "blobs")
    with Journal(folder / JOURNAL, Secrets(variables, public)) as journal:
        past = read_past(folder)
        if request.resume and past.header.get("project") != str(request.project.root):
            raise UsageError(
                f"run {folder.name} worked on another project: {past.header.get('project')}",
                "Resume it from there.",
            )
        if not past.header:
            past = evolve(past, header=_header(request, folder))
            journal.append("header", past.header)
        ending = Ending(journal, open=not request.resume)
        async with (
            ending.recorded(),
            open_workshop(request.project, request.mode, variables, state) as workshop,
        ):
            secrets = journal.secrets = Secrets(variables, (*public, *workshop.entries))
            description = await workshop.language.describe(request.project)
            if description.problems:
                raise UsageError(description.problems[0], " ".join(description.problems[1:]))
            _take_up(request, past, journal, blobs, _rests_on(request, workshop, description))
            ending.open = True
            emit = discreet(emit, secrets)
            for line in workshop.confinement.missing:
                emit(Noted(f"not confined: {line}"))
            converter = make_converter(blobs)
            engine = Engine(
                project=request.project,
                workload=request.workload,
                language=DiscreetLanguage(workshop.language, secrets) if secrets else workshop.language,
                sources=_sources(request),
                steps=Steps(journal, converter, past.finished, past.seconds),
                settings=request.settings,
                emit=emit,
                python=_version(description),
            )
            identity = _identity(past.header, folder, workshop)
            yield Session(engine, identity, folder, workshop, description, journal, converter, ending)


def finish_delivery(folder: Path) -> tuple[RunReport, Delivered]:
    """Finish a delivery that was killed, from the run's record alone.

    Raises:
        UsageError: The run has no record of what it found.
        DeliveryError: A file is no longer the one that was measured; nothing was changed.
    """
    intent, found = read_intent(folder / INTENT), ApplyDelivery.unfinished(folder / INTENT)
    with Journal(folder / JOURNAL) as journal:
        report = read_report(folder, "report")
        if intent is None or found is None or report is None:
            raise UsageError(f"run {folder.name} has no record of its delivery", "Start a new run.")
        delivery, side = found
        delivered = delivery.deliver(Project(intent.root, "", Path()), report.results, side)
        value = make_converter(BlobStore(folder / "blobs")).unstructure(report)
        journal.append("end", {"how": RunState.DONE, "report": run_document(report), "value": value})
        (folder / INTENT).unlink(missing_ok=True)
    return report, delivered


def _clear_after_kills(runs: Runs) -> None:
    """Remove what deliveries that were killed left in a tree; they can still be finished."""
    for record in runs.folder.glob(f"*/{INTENT}"):
        if not in_use(record.parent / JOURNAL):
            clear_drafts(record)


def _rests_on(request: Request, workshop: Workshop, description: Description) -> Fingerprint:
    more = {
        "codeflash": request.version,
        "the sources": " ".join([*request.sources, *(source.name for source in request.given)]),
        "the variables let through": " ".join(request.pass_through),
        **request.reads,
    }
    project, workload = request.project, request.workload
    return fingerprint(project, workload, request.settings, workshop, description, more, request.outputs)


def _take_up(request: Request, past: Past, journal: Journal, blobs: BlobStore, now: Fingerprint) -> None:
    """Write down what a new run rests on, or see that it is still so."""
    if past.inputs:
        refuse_changes(str(past.header.get("run")), past.words, read_fingerprint(past.inputs, blobs), now)
    else:
        journal.append("inputs", now.record(blobs))
    if request.resume:
        journal.append("resumed", {"at": _now()})


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _header(request: Request, folder: Path) -> dict[str, Any]:
    return {
        "run": folder.name,
        "started": _now(),
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
    named = [
        plugin("codeflash.sources", name)(*([request.options[name]] if name in request.options else []))
        for name in request.sources
    ]
    return (*request.given, *named)


def _version(description: Description) -> tuple[int, int]:
    parts = description.facts.get("version", "3.11").split(".")
    try:
        return int(parts[0]), int(parts[1])
    except (ValueError, IndexError):
        return (3, 11)
