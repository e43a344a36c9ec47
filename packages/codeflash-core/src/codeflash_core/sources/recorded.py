"""The answers of an earlier run's sources, out of its journal: nobody is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import cattrs
from attrs import evolve

from codeflash_core.errors import StageError, UsageError
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.target import Target
from codeflash_core.ports.sources import Answer, Question, Source, Step
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.fingerprint import measured_sha256, read_fingerprint
from codeflash_core.records.reading import read_past
from codeflash_core.records.runs import JOURNAL, Runs
from codeflash_core.texts import content

RECORDED = "recorded"
"""``recorded:RUN`` on the command line."""


class RecordedSource:
    """Stands for one source of an earlier run, under its name."""

    def __init__(
        self,
        name: str,
        run: str,
        answers: Mapping[str, Answer],
        files: Mapping[str, str],
        *,
        outgoing: bool = False,
        base: Mapping[str, str] | None = None,
    ) -> None:
        """Hold a recording.

        Args:
            name: The source's name.
            run: The run.
            answers: What it answered, by the name of the step.
            files: SHA-256 of each target's file as it was then, by the target's id.
            outgoing: Whether the source sent something elsewhere.
            base: SHA-256 of every file of the project as it was then, by path; None where that is not recorded.
        """
        self.name = name
        self.steps = frozenset(
            step for step in Step if any(key.startswith(f"{step}:") for key in answers)
        ) | {Step.PROPOSE}
        self.was_outgoing = outgoing
        self._run = run
        self._answers = dict(answers)
        self._files = dict(files)
        self._base = base

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """The candidates of the answer."""
        return (await self.ask(question)).candidates

    async def ask(self, question: Question) -> Answer:
        """What was answered to the same question."""
        target = question.target
        if self._files.get(target.id, target.file_sha256) != target.file_sha256:
            return Answer(problem=f"the recording of run {self._run} is of another version of {target.path}")
        about = question.about or ()
        key = "+".join(each.candidate.id for each in about)
        if question.step is Step.PROPOSE:
            key = question.parent.id if question.parent else ""
        found = self._answers.get(f"{question.step}:{target.id}:{self.name}:{key}")
        if found is None:
            start = f" on candidate {key}" if key else ""
            return Answer(problem=f"the recording of run {self._run} has no answer to {question.step}{start}")
        for candidate in found.candidates:
            path = self._changed_since(question, candidate)
            if path:
                return Answer(
                    problem=f"the recording of run {self._run} changes another version of {path} as well"
                )
        problem = f"in run {self._run}: {found.problem}" if found.problem else ""
        return evolve(found, replayed=True, problem=problem)

    def _changed_since(self, question: Question, candidate: Candidate) -> str:
        """A file besides the target's that a candidate replaces and that is not as it was; empty where there is none."""
        if self._base is None:
            return ""
        project, target = question.project, question.target
        for path in candidate.files:
            try:
                now = hashlib.sha256(content(project.root, path, project.held)).hexdigest()
            except OSError:
                now = ""
            if path != target.path and now != self._base.get(path, ""):
                return path
        return ""


def recorded_sources(run: str, state: Path | None = None, current: str = "") -> tuple[Source, ...]:
    """One source for each that a run had.

    Args:
        run: The run's name, the beginning of it, ``last``, or its folder or journal.
        state: The state folder, or None for the user's.
        current: The run that asks: it is not the last one.

    Raises:
        UsageError: There is no such run, or nothing of its sources in it.
    """
    if not run:
        raise UsageError(
            "which run's answers are to be taken is not told",
            f"Write {RECORDED}:RUN; see: codeflash runs list",
        )
    folder = _folder(run, state, current)
    past = read_past(folder)
    blobs = BlobStore(folder / "blobs")
    converter = make_converter(blobs)
    answers: dict[str, dict[str, Answer]] = {}
    try:
        targets = converter.structure(past.finished.get("discover", []), tuple[Target, ...])
        files = {target.id: target.file_sha256 for target in targets}
        for step, value in past.finished.items():
            owner = _who_answered(step, files)
            if owner:
                answers.setdefault(owner, {})[step] = converter.structure(value, Answer)
        base = measured_sha256(read_fingerprint(past.inputs, blobs).files) if past.inputs else None
    except (StageError, cattrs.BaseValidationError, KeyError, TypeError, ValueError) as problem:
        raise UsageError(
            f"the answers in run {folder.name} can't be read by this version of codeflash",
            "Record them anew.",
        ) from problem
    if not answers:
        raise UsageError(f"run {folder.name} recorded no answer of a source", "See: codeflash runs list")
    sent = frozenset(
        owner
        for step in past.finished
        if step.startswith("send:")
        for owner in answers
        if f":{owner}:" in step
    )
    return tuple(
        RecordedSource(name, folder.name, found, files, outgoing=name in sent, base=base)
        for name, found in answers.items()
    )


def _who_answered(step: str, targets: Mapping[str, str]) -> str:
    """The source whose answer a step is; empty for every other step."""
    kind, _, rest = step.partition(":")
    target = next((each for each in targets if rest.startswith(f"{each}:")), "")
    if kind not in frozenset(Step) or not target:
        return ""
    return rest.removeprefix(f"{target}:").rpartition(":")[0]


def _folder(run: str, state: Path | None, current: str) -> Path:
    place = Path(run)
    runs = Runs(state)
    if run == "last":
        # Names sort by time: a run that is taken up again means the same one as at first.
        earlier = [
            each.id
            for each in runs.list()
            if each.command == "optimize" and each.finished and (not current or each.id < current)
        ]
        if not earlier:
            raise UsageError("there is no earlier run of optimize that has ended", "See: codeflash runs list")
        return runs.find(earlier[-1])
    if place.name == JOURNAL and place.is_file():
        return place.parent
    if (place / JOURNAL).is_file():
        return place
    return runs.find(run)
