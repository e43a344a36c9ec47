"""A kept change: written into the work tree, and committed on a branch of its own.

The branch begins at the commit of the last keep, because the change was measured on top of it, or else at HEAD: at
the first of the two in which the changed files are what was measured. HEAD, the index and all other files stay as
they are; hooks do not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from codeflash_core.deliveries.apply import ApplyDelivery
from codeflash_core.errors import DeliveryError
from codeflash_core.experiments.transitions import speedup_text
from codeflash_core.experiments.values import Experiment, FileChange, Session
from codeflash_core.git.commits import Commit, name_branch, write_commit
from codeflash_core.git.repository import Repository
from codeflash_core.model.decision import Decision, DecisionWord, TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.case_place import slug

BRANCHES = "perf/"


@frozen
class Keeping:
    """Where a keep happens.

    Attributes:
        root: The project's folder.
        repository: Its repository, None outside git.
        scratch: The experiment's folder outside the user's tree, with the bytes of the change.
    """

    root: Path
    repository: Repository | None
    scratch: Path

    @property
    def blobs(self) -> BlobStore:
        """The bytes of the change."""
        return BlobStore(self.scratch / "blobs")

    def keep(self, session: Session, experiment: Experiment, description: str) -> Commit:
        """Commit an accepted change and write it into the work tree; repeated after a kill, it goes on.

        Raises:
            DeliveryError: There is no repository, or a file is not the one that was measured; nothing was changed.
        """
        evaluation = experiment.evaluation
        assert evaluation is not None
        if self.repository is None:
            raise DeliveryError(
                f"{self.root} is not in a git repository, and kept changes are commits",
                "Make one: git init, and commit what is there. Or discard the experiment; its patch stays.",
            )
        changes = {
            path: None if change.after is None else self.blobs.get(change.after)
            for path, change in evaluation.files.items()
        }
        parent = self._parent(session, evaluation.files)
        made = write_commit(self.repository, parent, changes, _message(experiment, description))
        measured = {path: each.before for path, each in evaluation.files.items() if each.before is not None}
        delivery = ApplyDelivery(self.scratch / "apply.json", measured)
        result = TargetResult(experiment.target, Decision(DecisionWord.ACCEPTED))
        delivery.deliver(Project(self.root, "", Path()), (result,), Side.of(changes))
        wanted = BRANCHES + slug(description)
        commit = name_branch(self.repository, wanted, made)
        (self.scratch / "apply.json").unlink(missing_ok=True)
        return commit

    def _parent(self, session: Session, files: Mapping[str, FileChange]) -> str:
        assert self.repository is not None
        head = self.repository.commit_of()
        kept = [each.commit for each in session.kept[-1:] if self.repository.commit_of(each.commit)]
        for commit in [*kept, head]:
            if commit and not self._unlike(commit, files):
                return commit
        if not head:
            raise DeliveryError("the repository has no commit yet", "Commit what is there, then keep again.")
        unlike = ", ".join(self._unlike(head, files))
        raise DeliveryError(
            f"{unlike}: it was measured with changes that are not committed, and they would be committed with it",
            "Commit them first, then keep again. Or discard the experiment; its patch stays.",
        )

    def _unlike(self, commit: str, files: Mapping[str, FileChange]) -> list[str]:
        """Files that a commit does not hold as they were measured."""
        return [path for path, change in files.items() if not self._holds(commit, path, change)]

    def _holds(self, commit: str, path: str, change: FileChange) -> bool:
        assert self.repository is not None
        there = self.repository.blob_at(commit, path)
        if change.before is None or not there:
            return change.before is None and not there
        return there == self.repository.blob_of(path, self.blobs.get(change.before))


def _message(experiment: Experiment, description: str) -> str:
    evaluation = experiment.evaluation
    assert evaluation is not None and evaluation.measured is not None
    measured = evaluation.measured
    lines = [
        description,
        "",
        f"{experiment.target}: {speedup_text(evaluation)} on {measured.metric} time, same behaviour on",
        f"{measured.evidence}.",
        "",
        experiment.hypothesis,
        "",
        f"Measured by codeflash, run {evaluation.run}.",
    ]
    return "\n".join(lines) + "\n"
