"""The workflow's file in a repository; what somebody edited stays."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import UsageError
from codeflash_core.git.program import run_git
from codeflash_core.git.repository import find_repository
from codeflash_core.records.replacing import replace_file
from codeflash_core.workflows.naming import file_of
from codeflash_core.workflows.writing import is_as_written


class Placed(StrEnum):
    """What became of the file."""

    WRITTEN = "written"
    REPLACED = "written anew"
    UNCHANGED = "unchanged"


@frozen
class Place:
    """Where a project's workflow stands.

    Attributes:
        top: The repository's folder.
        folder: The project's folder in it, POSIX style, with a slash at its end; empty at the top.
    """

    top: Path
    folder: str

    @property
    def name(self) -> str:
        """The workflow's file relative to the repository: each project has its own."""
        return file_of(self.folder)

    @property
    def file(self) -> Path:
        """The workflow's file."""
        return self.top / self.name


def find_place(root: Path) -> Place:
    """The place for a project's workflow.

    Args:
        root: The project's folder.

    Raises:
        UsageError: It is in no git repository.
    """
    repository = find_repository(root)
    if repository is None:
        raise UsageError(
            f"{root} is in no git repository", "GitHub reads workflows from a repository: git init."
        )
    return Place(repository.top, repository.prefix)


def refuse_odd_branch(root: Path, name: str) -> None:
    """See to it that a branch can have this name.

    Raises:
        UsageError: Git takes no such branch.
    """
    if "\0" in name or name.startswith("-") or run_git(root, "check-ref-format", f"refs/heads/{name}").code:
        raise UsageError(f"--base: git takes no branch of the name {name!r}")


def place(where: Place, text: str, *, force: bool = False) -> Placed:
    """Write the workflow.

    Args:
        where: Its place.
        text: The workflow.
        force: Whether a file that somebody edited is replaced as well.

    Raises:
        UsageError: There is such a file that somebody edited, or the place leads out of the repository.
        StageError: It can't be written.
    """
    file = where.file
    if not file.parent.resolve().is_relative_to(where.top.resolve()) or file.is_symlink():
        raise UsageError(
            f"{where.name} is a link, or lies behind one", "A workflow is a file of the repository."
        )
    there = _read(where)
    if there is None:
        replace_file(file, text.encode())
        return Placed.WRITTEN
    if there.replace("\r\n", "\n") == text:
        return Placed.UNCHANGED
    if not force and not is_as_written(there):
        raise UsageError(
            f"{where.name} is there and was edited",
            "--force replaces it; --print shows what would be written.",
        )
    replace_file(file, text.encode())
    return Placed.REPLACED


def _read(where: Place) -> str | None:
    try:
        return where.file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise UsageError(f"can't read {where.name}: {problem.strerror}") from problem
