"""The commands of a session, as every door gives them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from attrs import field, frozen

from codeflash_core.errors import (
    CodeflashError,
    ContractViolation,
    DeliveryError,
    IllegalStep,
    StageError,
    UsageError,
)
from codeflash_core.experiments import transitions
from codeflash_core.experiments.keeping import Keeping
from codeflash_core.experiments.laboratory import Judged, Laboratory, now
from codeflash_core.experiments.rows import baseline_row, closed_row
from codeflash_core.experiments.store import Store
from codeflash_core.experiments.tree_changes import dirty_files, take_back, take_out
from codeflash_core.experiments.values import (
    Closed,
    Ended,
    Evaluation,
    Experiment,
    Learning,
    Plateau,
    Session,
    Worded,
)
from codeflash_core.git.repository import Repository, find_repository
from codeflash_core.records.case_place import MEMBER_VARIABLE, CasePlace, case_place
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.results_tsv import Row, RowStatus, append_rows, read_rows
from codeflash_core.records.runs import new_run_id, state_dir


def place_of(root: Path) -> CasePlace:
    """Where the records of whoever works on a project lie."""
    repository = find_repository(root)
    told = {
        "user": repository.setting("user.name") if repository else "",
        "email": repository.setting("user.email") if repository else "",
        "origin": repository.origin() if repository else "",
    }
    return case_place(root, member=os.environ.get(MEMBER_VARIABLE, ""), **told)


@frozen
class Commands:
    """A session's commands on one project.

    Attributes:
        place: Where its records lie.
        laboratory: The engine.
        state: Where bytes that wait for a keep lie, outside the user's tree.
        clock: Tells the time.
    """

    place: CasePlace
    laboratory: Laboratory
    state: Path = field(factory=state_dir)
    clock: Callable[[], str] = now

    @property
    def store(self) -> Store:
        """The session on disk."""
        return Store(self.place)

    def start(self, goal: str, domain: str, *, guard: str = "", plateau: Plateau | None = None) -> Session:
        """Begin a session.

        Raises:
            IllegalStep: One is under way.
            UsageError: The goal or the domain is empty.
        """
        if not goal.strip() or not domain.strip():
            raise UsageError(
                "a session has a goal and a domain", "Such as --goal 'faster imports' --domain cpu."
            )
        repository = self._repository()
        return self.store.begin(
            lambda: Session(
                id=new_run_id(),
                goal=goal.strip(),
                domain=domain.strip(),
                started=self.clock(),
                guard=guard.strip(),
                plateau=plateau or Plateau(),
                commit=repository.commit_of() if repository else "",
            )
        )

    async def profile(self, worded: Worded) -> Session:
        """See where the time goes."""
        session = self.store.current()
        transitions.may_profile(session)
        profile = await self.laboratory.profile(worded)
        return self.store.change(lambda session: transitions.profiled(session, profile))

    async def baseline(self, target: str, worded: Worded | None = None) -> Session:
        """Measure the original, and lock how; the profile's workload serves where none is named."""
        session = self.store.current()
        transitions.may_baseline(session, target)
        assert session.profile is not None
        baseline = await self.laboratory.baseline(worded or session.profile.worded, target, session.guard)
        repository = self._repository()
        commit = repository.commit_of() if repository else ""

        def step(session: Session) -> Session:
            after = transitions.baselined(session, baseline)
            append_rows(self.place.results, [baseline_row(after, baseline, commit)])
            return after

        return self.store.change(step)

    def experiment(self, target: str, technique: str, hypothesis: str) -> Session:
        """Open an experiment: one change, with the reason why it should be faster."""

        def step(session: Session) -> Session:
            transitions.may_experiment(session, target, technique, hypothesis)
            used = [row.iteration for row in read_rows(self.place.results)]
            used += [each.experiment.number for each in session.closed]
            return transitions.opened(
                session,
                Experiment(
                    number=max(used, default=0) + 1,
                    target=target,
                    technique=technique.strip(),
                    hypothesis=hypothesis.strip(),
                    opened=self.clock(),
                    dirty=dirty_files(self._repository(), session),
                ),
            )

        return self.store.change(step)

    async def evaluate(
        self, *, candidate: Path | None = None, patch: Path | None = None, from_tree: bool = False
    ) -> Session:
        """Let the engine judge the change; the answer is recorded, a crash of the engine too.

        Raises:
            IllegalStep: There is nothing to judge, or not in this way.
            UsageError: The change can't be read.
        """
        session = self.store.current()
        experiment = transitions.may_evaluate(session)
        baseline = session.baseline
        assert baseline is not None
        kept_as = self.patch_of(experiment.number)
        if from_tree:
            take_out(self._repository(), session, experiment.dirty, kept_as)
            patch = kept_as
        try:
            handed = self.laboratory.read(baseline, candidate=candidate, patch=patch)
            if handed.no_op:
                judged = Judged(Evaluation(self.clock(), "", no_op=True), "")
            else:
                blobs = self._keeping(session, experiment.number).blobs
                judged = await self.laboratory.judge(baseline, handed, session.guard, blobs)
        except (StageError, ContractViolation) as problem:
            self._crashed(experiment.number, problem.message)
            raise
        except CodeflashError as problem:
            if from_tree:
                problem.hint = (
                    f"{problem.hint} The change was taken out of the tree; it is in {kept_as}.".strip()
                )
            raise
        except Exception as problem:
            self._crashed(experiment.number, f"{type(problem).__name__}: {problem}")
            raise
        if judged.diff and not from_tree:
            replace_file(kept_as, judged.diff.encode("utf-8", "surrogateescape"))
        return self.store.change(
            lambda session: transitions.evaluated(session, experiment.number, judged.evaluation)
        )

    def keep(self, description: str = "") -> Session:
        """Commit the change on a branch of its own, and write it into the work tree.

        Raises:
            IllegalStep: The evidence is missing, or speaks against it.
            DeliveryError: It can't be committed; the experiment stays open, and may be discarded now.
        """
        told = description.strip()
        failed: list[DeliveryError] = []

        def step(session: Session) -> Session:
            experiment = transitions.may_keep(session)
            words = told or _described(experiment)
            try:
                commit = self._keeping(session, experiment.number).keep(session, experiment, words)
            except DeliveryError as problem:
                failed.append(problem)
                return transitions.hindered(session, experiment.number, problem.message)
            closed = Closed(experiment, Ended.KEEP, words, self.clock(), commit.id, commit.branch)
            after = transitions.kept(session, experiment.number, closed)
            self._record(closed_row(session, closed))
            return after

        session = self.store.change(step)
        if failed:
            raise failed[0]
        return session

    def discard(self, reason: str) -> Session:
        """Give the change up; where the tree holds it, it is taken out. The patch stays.

        Raises:
            IllegalStep: There is nothing to discard, or the engine proved a gain.
            UsageError: There is no reason.
        """
        if not reason.strip():
            raise UsageError("the reason is empty", "Say in a sentence why: --reason TEXT.")

        def step(session: Session) -> Session:
            experiment = transitions.may_discard(session)
            after = transitions.discarded(session, experiment.number, reason.strip(), self.clock())
            if experiment.evaluation is not None:
                take_back(self.place.root, experiment.evaluation, self.patch_of(experiment.number))
            self._record(closed_row(session, after.closed[-1]))
            return after

        return self.store.change(step)

    def learn(self, text: str) -> Session:
        """Write down what is worth knowing next time.

        Raises:
            UsageError: There is nothing to write.
        """
        if not text.strip():
            raise UsageError("there is nothing to learn", "Say it in a sentence.")

        def step(session: Session) -> Session:
            last = session.experiment or (session.closed[-1].experiment if session.closed else None)
            learning = Learning(self.clock(), text.strip(), last.number if last else 0)
            return transitions.learnt(session, learning)

        return self.store.change(step)

    def finish(self) -> Session:
        """End the session.

        Raises:
            IllegalStep: An experiment is open.
        """
        return self.store.change(lambda session: transitions.finished(session, self.clock()))

    def log(self) -> tuple[Row, ...]:
        """All rows of the place, of earlier sessions too."""
        return read_rows(self.place.results)

    def patch_of(self, number: int) -> Path:
        """Where an experiment's change is kept."""
        return self.store.experiments / f"{number}.patch"

    def _repository(self) -> Repository | None:
        return find_repository(self.place.root)

    def _keeping(self, session: Session, number: int) -> Keeping:
        # The state folder serves all projects, and two sessions may begin in the same instant.
        whose = hashlib.sha256(
            str(self.place.folder.resolve()).encode("utf-8", "surrogateescape")
        ).hexdigest()[:12]
        scratch = self.state / "sessions" / f"{session.id}-{whose}" / str(number)
        return Keeping(self.place.root, self._repository(), scratch)

    def _record(self, row: Row) -> None:
        """Write an experiment's row, unless a step that was killed has done so."""
        known = read_rows(self.place.results)
        if not any(
            each.iteration == row.iteration and each.status is not RowStatus.BASELINE for each in known
        ):
            append_rows(self.place.results, [row])

    def _crashed(self, number: int, why: str) -> None:
        evaluation = Evaluation(self.clock(), "", crash=" ".join(why.split())[:500])
        try:
            self.store.change(lambda session: transitions.evaluated(session, number, evaluation))
        except IllegalStep:
            return  # somebody ended it meanwhile; the crash is told all the same


def _described(experiment: Experiment) -> str:
    """A commit's subject where none is given."""
    name = experiment.target.rpartition("::")[2]
    return f"Make {name} faster: {experiment.technique}"
