"""A change that was made in the work tree: taken out of it before it is judged, kept as a patch, nothing lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from codeflash_core.errors import IllegalStep, PrerequisiteError
from codeflash_core.experiments.values import Evaluation, Session
from codeflash_core.git.commits import patch_of, restore
from codeflash_core.git.program import run_git
from codeflash_core.git.repository import Repository
from codeflash_core.records.case_place import FOLDER
from codeflash_core.records.replacing import replace_file


def dirty_files(repository: Repository | None, session: Session) -> dict[str, str]:
    """SHA-256 of each file that is not as in the last keep or HEAD, empty where it is deleted; none outside git."""
    if repository is None:
        return {}
    base = base_commit(repository, session)
    return {path: _sha256(repository.project / path) for path in _changed(repository, base)} if base else {}


def base_commit(repository: Repository, session: Session) -> str:
    """The commit that the work tree stands on: the last keep's, else HEAD."""
    kept = [each.commit for each in session.kept[-1:] if repository.commit_of(each.commit)]
    return kept[0] if kept else repository.commit_of()


def take_out(repository: Repository | None, session: Session, before: Mapping[str, str], patch: Path) -> None:
    """Write what changed in the work tree since an experiment began to a patch, and put the files back.

    Args:
        repository: The repository, None outside git.
        session: The session.
        before: What differed already when the experiment was opened.
        patch: Where the patch goes.

    Raises:
        PrerequisiteError: There is no repository with a commit.
        IllegalStep: Nothing changed, or what changed is mixed with changes of before.
    """
    base = base_commit(repository, session) if repository else ""
    if repository is None or not base:
        raise PrerequisiteError(
            "there is no commit to compare the tree with", "Use --candidate FILE or --patch FILE."
        )
    changed = {path: _sha256(repository.project / path) for path in _changed(repository, base)}
    mine = tuple(path for path, told in changed.items() if before.get(path) != told)
    if not mine:
        raise IllegalStep(
            "nothing in the tree changed since the experiment was opened",
            "Make the change first; or use --candidate FILE or --patch FILE.",
        )
    mixed = [path for path in mine if path in before]
    if mixed:
        raise IllegalStep(
            f"{', '.join(mixed)} had changes before the experiment was opened, and they can't be told from the candidate's",
            "Hand the change in with --candidate FILE or --patch FILE; or commit the earlier changes and open a new one.",
        )
    replace_file(patch, patch_of(repository, base, mine))
    restore(repository, base, mine)


def take_back(root: Path, evaluation: Evaluation, patch: Path) -> tuple[str, ...]:
    """Take a judged change out of the tree where the tree holds it.

    Returns:
        The files that were put back.

    Raises:
        IllegalStep: The tree holds it, and it can't be taken out.
    """
    files = evaluation.files
    holds = bool(files) and all(_sha256(root / path) == (each.after or "") for path, each in files.items())
    if not holds:
        return ()
    # No repository: the names in the patch are relative to the project, wherever that lies.
    outside = {"GIT_CEILING_DIRECTORIES": str(root.resolve().parent)}
    said = run_git(
        root, "apply", "--reverse", "--whitespace=nowarn", str(patch.resolve()), environment=outside
    )
    back = all(_sha256(root / path) == (each.before or "") for path, each in files.items())
    if said.code or not back:
        raise IllegalStep(
            f"the change is in the tree and can't be taken out: {said.why}",
            f"Put {', '.join(files)} back by hand, then discard again.",
        )
    return tuple(files)


def _changed(repository: Repository, base: str) -> tuple[str, ...]:
    return tuple(path for path in repository.changed(base) if not path.startswith(f"{FOLDER}/"))


def _sha256(place: Path) -> str:
    try:
        return hashlib.sha256(place.read_bytes()).hexdigest()
    except OSError:
        return ""
