"""One run from its request to its record; every door opens its runs here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cattrs
from attrs import evolve, field, frozen

from codeflash_core.deliveries.apply import INTENT
from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.assembly import Workshop, open_workshop
from codeflash_core.pipeline.beginning import (
    header_of,
    identity_of,
    python_of,
    rests_on,
    sources_of,
    take_up,
)
from codeflash_core.pipeline.discretion import DiscreetLanguage, discreet
from codeflash_core.pipeline.ending import Ending
from codeflash_core.pipeline.events import Listener, Noted
from codeflash_core.pipeline.ledger import Ledger, Limits
from codeflash_core.pipeline.request import Request
from codeflash_core.pipeline.run import RunIdentity
from codeflash_core.pipeline.settings import Engine
from codeflash_core.pipeline.steps import Steps
from codeflash_core.pipeline.turn import taking_turns
from codeflash_core.pipeline.unfinished import clear_after_kills
from codeflash_core.ports.language import Description
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.fingerprint import measured_sha256
from codeflash_core.records.journal import Journal
from codeflash_core.records.reading import read_past
from codeflash_core.records.runs import JOURNAL, Runs, RunState, state_dir
from codeflash_core.records.secrets import Secrets
from codeflash_core.reports.document import run_document

__all__ = ["Request", "Session", "open_session"]


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
    clear_after_kills(runs)
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
            past = evolve(past, header=header_of(request, folder))
            journal.append("header", past.header)
        ending = Ending(journal, open=not request.resume)
        async with (
            ending.recorded(),
            taking_turns(state, emit),
            open_workshop(request.project, request.mode, variables, state) as workshop,
        ):
            secrets = journal.secrets = Secrets(variables, (*public, *workshop.entries))
            description = await workshop.language.describe(request.project)
            if description.problems:
                raise UsageError(description.problems[0], " ".join(description.problems[1:]))
            take_up(request, past, journal, blobs, rests_on(request, workshop, description))
            ending.open = True
            emit = discreet(emit, secrets)
            for line in workshop.confinement.missing:
                emit(Noted(f"not confined: {line}"))
            converter = make_converter(blobs)
            engine = Engine(
                project=request.project,
                workload=request.workload,
                language=DiscreetLanguage(workshop.language, secrets) if secrets else workshop.language,
                sources=sources_of(request, secrets.found_in, folder.name),
                steps=Steps(journal, converter, past.finished, past.seconds),
                settings=request.settings,
                emit=emit,
                python=python_of(description),
                ledger=Ledger(
                    journal, past.requests, Limits(request.settings.most_money, request.settings.most_calls)
                ),
            )
            identity = identity_of(past.header, folder, workshop, request.settings.without)
            yield Session(engine, identity, folder, workshop, description, journal, converter, ending)
