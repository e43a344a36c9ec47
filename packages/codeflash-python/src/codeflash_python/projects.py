"""Python's projects behind the engine's port; nothing of a project is run here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codeflash_core.model.target import Project, Target
from codeflash_core.ports.projects import Interpreters
from codeflash_python.discovery.functions import definitions
from codeflash_python.discovery.project import find_project
from codeflash_python.discovery.roots import find_root
from codeflash_python.discovery.targets import list_targets


class PythonProjects:
    """Projects with Python files."""

    suffixes = (".py",)

    def root_of(self, start: Path) -> Path:
        """The nearest folder upwards with a project's marker."""
        return find_root(start)

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

        Raises:
            UsageError: The root, a test path or a file is missing.
            PrerequisiteError: The named interpreter is missing, or the interpreter is none of those allowed.
        """
        return find_project(root, python=interpreter, tests=tests, names=names, allowed=allowed)

    def targets(
        self, project: Project, names: Sequence[str], *, everything: bool = False
    ) -> tuple[Target, ...]:
        """The targets that names stand for.

        Raises:
            UsageError: There is no such file or function; the hint names the nearest.
        """
        return list_targets(project, names, everything=everything).targets

    def defined_in(self, text: str) -> tuple[str, ...]:
        """Dotted names of the functions that a module's text defines."""
        return tuple(definition.qualname for definition in definitions(text))
