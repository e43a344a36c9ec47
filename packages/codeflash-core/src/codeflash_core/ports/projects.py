"""Who knows where a project begins and what is in it, without running anything of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from codeflash_core.model.target import Project, Target


class Interpreters(StrEnum):
    """Which programs may be taken as a project's interpreter: they are asked for their version outside the sandbox."""

    ANY = "any"
    NOT_ITS_FILES = "not its files"
    """No program that the project brings; a link of it to one of this machine is followed."""
    NOT_ITS_OWN = "not its own"
    """None that lies in the project, links included: it brings the packages and folders that are shown in the sandbox."""


class Projects(Protocol):
    """Finds projects of one language; made without arguments, found through ``codeflash.projects``."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the files that hold targets, such as ``.py``."""
        ...

    def root_of(self, start: Path) -> Path:
        """The folder of the project that holds a file or folder."""
        ...

    def project(
        self,
        root: Path,
        *,
        interpreter: str,
        tests: Sequence[str],
        names: Sequence[str],
        allowed: Interpreters = Interpreters.ANY,
    ) -> Project:
        """The project at a root.

        Args:
            root: The project's folder.
            interpreter: What runs the project's code; it is found when this is empty.
            tests: Test files or folders relative to the root; they are found when there are none.
            names: Targets of interest, relative to the root.
            allowed: Which programs may be its interpreter.

        Raises:
            UsageError: The root, a test path or a file is missing.
            PrerequisiteError: The named interpreter is missing, or the interpreter is none of those allowed.
        """
        ...

    def targets(
        self, project: Project, names: Sequence[str], *, everything: bool = False
    ) -> tuple[Target, ...]:
        """The targets that names stand for; all of what the project ships besides, where everything is asked for.

        Raises:
            UsageError: There is no such file or function; the hint names the nearest.
        """
        ...

    def defined_in(self, text: str) -> tuple[str, ...]:
        """Dotted names of the functions that a file's text defines.

        Args:
            text: A file's text that is known to parse.
        """
        ...
