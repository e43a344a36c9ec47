"""A candidate that the user hands in: a whole file, or a patch."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePath

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_core.model.candidate import Candidate, candidate_id
from codeflash_core.model.target import Project
from codeflash_core.ports.sources import Question
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox.leftovers import scratch
from codeflash_core.texts import decode


class PatchSource:
    """Proposes one given change, once."""

    name = "patch"

    def __init__(self, files: Mapping[str, str | None], origin: str) -> None:
        """Hold a change.

        Args:
            files: New text by path; None deletes.
            origin: Where it came from, for people.
        """
        self._files = dict(files)
        self._origin = origin

    @property
    def files(self) -> Mapping[str, str | None]:
        """New text by path; None deletes."""
        return self._files

    @property
    def digest(self) -> str:
        """Content address of the change."""
        told = json.dumps(sorted(self._files.items()), ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """The change, when it has not been tried yet."""
        if question.history or question.parent is not None:
            return ()
        texts = {path: text or "" for path, text in self._files.items()}
        base = {question.target.path: question.target.file_sha256}
        return (
            Candidate(
                id=candidate_id(base, texts),
                source=f"patch:{self._origin}",
                files=self._files,
                why="Proposed by hand.",
                steps=("patch",),
            ),
        )


def from_file(project: Project, path: str, candidate: Path) -> PatchSource:
    """A source that proposes the text of a file as the new text of ``path``.

    Args:
        project: The project.
        path: The file to replace, relative to the root.
        candidate: The file with the new text.

    Raises:
        UsageError: The file can't be read.
    """
    try:
        data = candidate.read_bytes()
    except OSError as problem:
        raise UsageError(f"can't read the candidate {candidate}: {problem.strerror}") from problem
    return PatchSource({path: decode(data, str(candidate)).text}, candidate.name)


def from_patch(project: Project, patch: Path) -> PatchSource:
    """A source that proposes what a file with a unified diff makes of the project.

    Args:
        project: The project; it is not touched.
        patch: A patch as ``git diff`` writes it, paths relative to the root.

    Raises:
        UsageError: The patch can't be read or does not apply.
        PrerequisiteError: The program ``git`` is missing.
    """
    _find_git()
    try:
        # Read once: it may be a pipe.
        text = patch.read_bytes()
    except OSError as problem:
        raise UsageError(f"can't read the patch {patch}: {problem.strerror}") from problem
    return from_diff(project, text, str(patch))


def from_diff(project: Project, text: bytes, name: str) -> PatchSource:
    """A source that proposes what a unified diff makes of the project.

    Args:
        project: The project; it is not touched.
        text: A patch as ``git diff`` writes it, paths relative to the root.
        name: What it was given as.

    Raises:
        UsageError: The patch does not apply.
        PrerequisiteError: The program ``git`` is missing.
    """
    git = _find_git()
    # A scratch folder is removed at the next start even when this process is killed.
    with scratch(state_dir()) as folder:
        given, tree = folder / "given.patch", folder / "tree"
        given.write_bytes(text)
        tree.mkdir()
        files = _applied(project.root, git, given, tree, name)
    if not files:
        raise UsageError(f"the patch {name} changes nothing")
    return PatchSource(files, PurePath(name).name)


def _find_git() -> str:
    git = shutil.which("git")
    if git is None:
        raise PrerequisiteError(
            "git is not installed; it is needed to apply a patch", "Use --candidate FILE: the whole new text."
        )
    return git


def _applied(root: Path, git: str, given: Path, tree: Path, patch: str) -> dict[str, str | None]:
    """What the patch makes of the files that it names, worked out in an empty folder."""
    paths = _touched(git, given, tree, patch)
    for path in paths:
        source, copy = root / path, tree / path
        if not copy.resolve().is_relative_to(tree.resolve()):
            raise UsageError(f"the patch leaves the project: {path}")
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    _git(git, ["apply", "--whitespace=nowarn", str(given)], tree, patch)
    files: dict[str, str | None] = {}
    for path in paths:
        copy = tree / path
        if copy.is_file():
            files[path] = decode(copy.read_bytes(), path).text
        elif (root / path).is_file():
            files[path] = None
    return files


def _touched(git: str, given: Path, tree: Path, patch: str) -> tuple[str, ...]:
    """Every path that the patch names, old names of renamed files included."""
    listed = _git(git, ["apply", "--numstat", "-z", str(given)], tree, patch)
    paths: list[str] = []
    for entry in listed.split("\0"):
        name = entry.rsplit("\t", 1)[-1]
        if name:
            paths.append(name)
    return tuple(dict.fromkeys(paths))


def _git(git: str, arguments: list[str], folder: Path, patch: str) -> str:
    done = subprocess.run(
        [git, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(folder.parent), "LC_ALL": "C.UTF-8"},
        timeout=60,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise UsageError(f"the patch {patch} does not apply: {lines[0] if lines else 'git apply failed'}")
    return done.stdout
