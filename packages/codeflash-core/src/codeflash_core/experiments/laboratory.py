"""What a session asks of the engine: where time goes, how fast the original is, what a candidate is worth."""

from __future__ import annotations

import hashlib
import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from attrs import evolve, frozen

from codeflash_core.compiling import same_program
from codeflash_core.errors import IllegalStep, UsageError
from codeflash_core.experiments.figures import measured_of, per_call
from codeflash_core.experiments.guard import run_guard
from codeflash_core.experiments.method import method_of, refuse_change_of_method, refuse_other_method
from codeflash_core.experiments.values import (
    Baseline,
    Evaluation,
    FileChange,
    GuardOutcome,
    Hotspot,
    Method,
    ProfileTaken,
    Worded,
)
from codeflash_core.model.comparison import Control
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.pipeline.assembly import Workshop
from codeflash_core.pipeline.beginning import rests_on
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.pipeline.handed_in import refuse_unfit
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.pipeline.measure import Stopwatch
from codeflash_core.pipeline.opening import Asked, Opened, as_judged, open_project, request_of, workload_of
from codeflash_core.pipeline.request import Request
from codeflash_core.pipeline.run import (
    Combined,
    choose_targets,
    combine_accepted,
    grow_corpus,
    observe_targets,
    optimize_run,
    profile_targets,
)
from codeflash_core.pipeline.session import Session as Run
from codeflash_core.pipeline.session import open_session
from codeflash_core.ports.language import Query
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.runs import state_dir
from codeflash_core.sources.patch import PatchSource, from_file, from_patch
from codeflash_core.stats.blocks import primary_clock, ratios_of
from codeflash_core.stats.control import control
from codeflash_core.texts import decode

MOST_SPOTS = 200
"""Most functions of a profile that a session remembers."""


@frozen
class Handed:
    """A change that was handed in.

    Attributes:
        source: The change.
        no_op: Whether it changes nothing but layout, comments and docstrings.
    """

    source: PatchSource
    no_op: bool


@frozen
class Judged:
    """A candidate's evaluation with what it takes to deliver it.

    Attributes:
        evaluation: The answer.
        diff: The change as a unified diff.
    """

    evaluation: Evaluation
    diff: str


class Laboratory(Protocol):
    """The engine, as sessions see it."""

    async def profile(self, worded: Worded) -> ProfileTaken:
        """Where a workload's time goes."""
        ...

    async def baseline(self, worded: Worded, target: str, guard: str) -> Baseline:
        """How fast the original is, and how that is measured.

        Raises:
            IllegalStep: The target can't be judged by this workload.
        """
        ...

    def read(self, baseline: Baseline, *, candidate: Path | None = None, patch: Path | None = None) -> Handed:
        """A change out of a file.

        Raises:
            UsageError: It can't be read, does not parse, or is not about the target.
        """
        ...

    async def judge(self, baseline: Baseline, handed: Handed, guard: str, blobs: BlobStore) -> Judged:
        """What a change is worth, measured as the baseline was.

        Args:
            baseline: The baseline.
            handed: The change.
            guard: A command that has to pass, or an empty string.
            blobs: Where the bytes of what is accepted go, to be delivered later.

        Raises:
            IllegalStep: The measuring method is not that of the baseline.
        """
        ...


def now() -> str:
    """ISO 8601 time, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@frozen
class EngineLaboratory:
    """The real engine.

    Attributes:
        asked: Where the asker stands, and the settings given.
        words: The words of the command.
        version: Version of the program that asks.
        emit: Hears of progress.
    """

    asked: Asked
    words: tuple[str, ...]
    version: str
    emit: Listener

    async def profile(self, worded: Worded) -> ProfileTaken:
        """Where a workload's time goes; see :class:`Laboratory`."""
        opened = self._opened(worded, ())
        request, query = self._request(opened, ())
        query = evolve(query, everything=True)
        async with open_session(request, self.emit) as run:
            targets = await run.engine.language.discover(request.project, query)
            if not targets:
                raise UsageError(f"there is no function to profile in {request.project.root}")
            found = await profile_targets(run.engine, targets)
        called = [each for each in found.ranked if each.calls]
        called.sort(key=lambda each: (-each.share, each.target.id))
        spots = tuple(
            Hotspot(each.target.id, each.share, each.own_seconds, each.calls) for each in called[:MOST_SPOTS]
        )
        return ProfileTaken(now(), worded, found.total_seconds, run.folder.name, spots)

    async def baseline(self, worded: Worded, target: str, guard: str) -> Baseline:
        """How fast the original is; see :class:`Laboratory`."""
        opened = self._opened(worded, (target,))
        request, query = self._request(opened, (target,))
        async with open_session(request, self.emit) as run:
            method = self._method(worded, target, request, run, guard)
            (found,) = await choose_targets(run.engine, query)
            corpora = await observe_targets(run.engine, (found,))
            corpus = await grow_corpus(run.engine, found, corpora[0])
            if corpus.problem or not (corpus.calls or corpus.in_test):
                why = corpus.problem or "nothing in the workload calls it"
                raise IllegalStep(
                    f"{target} can't be measured: {why}",
                    "Choose another target, or a workload that shows it: --tests PATH or --workload FILE.",
                )
            self.emit(Progressed("measure", target, "the original against itself"))
            watch = Stopwatch(run.engine, found, corpus, Budget(request.settings.budget_seconds))
            blocks = (await watch.screen(ORIGINAL, ORIGINAL, "paired")).blocks
            before, _ = per_call(blocks)
            if before is None:
                raise IllegalStep(
                    f"{target} could not be timed",
                    "Give it more time with --budget, or a workload that calls it more often.",
                )
            ratios = ratios_of(blocks)
            noise: Control | None = control(ratios) if len(ratios) > 1 else None
        floor = noise.noise_floor if noise else None
        calls = len(corpus.calls) or len(corpus.in_test)
        return Baseline(now(), target, method, before, primary_clock(blocks), floor, calls, run.folder.name)

    def read(self, baseline: Baseline, *, candidate: Path | None = None, patch: Path | None = None) -> Handed:
        """A change out of a file; see :class:`Laboratory`."""
        opened = self._opened(baseline.method.worded, (baseline.target,))
        project, path = opened.project, baseline.target.partition("::")[0]
        if candidate is not None:
            source = from_file(project, path, self.asked.folder / candidate)
        elif patch is not None:
            source = from_patch(project, self.asked.folder / patch)
        else:
            raise UsageError("no candidate was given", "Give --candidate FILE, --patch FILE or --from-tree.")
        refuse_change_of_method(baseline.method, baseline.target, source.files)
        if _changes_nothing(project.root, source.files):
            return Handed(source, no_op=True)
        whole, given = (str(candidate), None) if candidate is not None else (None, str(patch))
        refuse_unfit(opened, baseline.target, source, whole=whole, patch=given)
        return Handed(source, no_op=False)

    async def judge(self, baseline: Baseline, handed: Handed, guard: str, blobs: BlobStore) -> Judged:
        """What a change is worth; see :class:`Laboratory`."""
        worded, target, source = baseline.method.worded, baseline.target, handed.source
        opened = self._opened(worded, (target,))
        request, query = self._request(opened, (target,), source)
        async with open_session(request, self.emit) as run:
            refuse_other_method(baseline.method, self._method(worded, target, request, run, guard))
            outcome = await optimize_run(run.engine, query, run.identity)
            combined = await combine_accepted(run.engine, outcome)
            report = run.conclude(outcome.report)
            result = report.results[0]
            run.finish(report)
            measured = measured_of(result, run.engine.settings.delta)
            evaluation = Evaluation(now(), run.folder.name, measured=measured)
            if measured.proves_gain and combined.results:
                evaluation = evolve(
                    evaluation, files=_kept_files(combined, run.measured(), request.project.root, blobs)
                )
                if guard:
                    evaluation = evolve(
                        evaluation, guard=await self._guarded(guard, run.workshop, combined.side, request)
                    )
            elif combined.left_out:
                measured = evolve(measured, reasons=(*measured.reasons, *combined.left_out))
                evaluation = evolve(evaluation, measured=measured)
        return Judged(evaluation, result.best.diff if result.best else "")

    async def _guarded(self, guard: str, workshop: Workshop, side: Side, request: Request) -> GuardOutcome:
        self.emit(Progressed("check", "", f"the guard command: {guard}"))
        return await run_guard(
            guard, request.project, side, workshop.confinement, request.state or state_dir()
        )

    def worded(self, tests: tuple[str, ...], workload: str, script: str) -> Worded:
        """A workload in words that mean the same from the project's folder.

        Raises:
            UsageError: There is no such file.
        """
        asked = evolve(self.asked, targets=(), workload=workload, script=script)
        opened = open_project(evolve(asked, settings={**asked.settings, "tests": list(tests) or None}))
        shown = workload_of(asked, opened.project)
        if shown.kind == "tests":
            return Worded(tuple(opened.project.tests) if tests else ())
        path = shown.paths[0]
        if shown.text:
            words = [
                word
                for word in shlex.split(script or shlex.quote(workload))
                if word not in ("python", "python3")
            ]
            path = str((asked.folder / words[0]).resolve())
        return Worded(tuple(opened.project.tests) if tests else (), shlex.join([path, *shown.arguments]))

    def _opened(self, worded: Worded, names: tuple[str, ...]) -> Opened:
        root = open_project(evolve(self.asked, targets=())).project.root
        settings = {**self.asked.settings, "tests": list(worded.tests) or self.asked.settings.get("tests")}
        return open_project(
            evolve(
                self.asked, folder=root, targets=names, script=worded.script, workload="", settings=settings
            )
        )

    def _request(
        self, opened: Opened, names: tuple[str, ...], source: PatchSource | None = None
    ) -> tuple[Request, Query]:
        request, query = request_of(
            opened,
            names,
            words=self.words,
            version=self.version,
            given=(source,) if source else (),
            reads={"the candidate": source.digest} if source else None,
        )
        return as_judged(request), query

    def _method(self, worded: Worded, target: str, request: Request, run: Run, guard: str) -> Method:
        places = (*request.project.tests, *request.workload.paths)
        found = rests_on(request, run.workshop, run.description)
        return method_of(worded, target, places, found, describe_machine(), guard)


def _changes_nothing(root: Path, files: Mapping[str, str | None]) -> bool:
    return all(_unchanged(root / path, text) for path, text in files.items())


def _unchanged(place: Path, text: str | None) -> bool:
    if text is None or not place.is_file():
        return text is None and not place.exists()
    before = decode(place.read_bytes(), place.name).text
    return before == text or (place.suffix in (".py", ".pyi") and same_program(before, text))


def _kept_files(
    combined: Combined, measured: Mapping[str, str], root: Path, blobs: BlobStore
) -> dict[str, FileChange]:
    """What an accepted change does to each file; the bytes before and after are put aside."""
    files = {}
    for path, content in combined.side.changes.items():
        before = measured.get(path)
        for data in (content, (root / path).read_bytes() if before else None):
            if data is not None:
                blobs.put(data)
        files[path] = FileChange(before, None if content is None else hashlib.sha256(content).hexdigest())
    return files
