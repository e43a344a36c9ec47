"""What a workflow is made of, as values."""

from __future__ import annotations

from attrs import frozen

BUDGET = "60s"
"""Time for one target, as the command line has it."""


@frozen
class Action:
    """Somebody else's program that a step runs.

    Attributes:
        name: ``OWNER/REPO``.
        commit: The full hash of the commit that is run; a tag can be moved.
        version: The tag that it had.
    """

    name: str
    commit: str
    version: str

    @property
    def pinned(self) -> str:
        """The text behind ``uses:``."""
        return f"{self.name}@{self.commit} # {self.version}"


CHECKOUT = Action("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1")
PYTHON = Action("actions/setup-python", "5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0")
UPLOAD = Action("actions/upload-artifact", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0")
DOWNLOAD = Action("actions/download-artifact", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1")


@frozen
class Setup:
    """How a project is installed.

    Attributes:
        told: What was found, in words.
        python: The version of Python, as ``actions/setup-python`` reads it.
        lines: Shell commands that make the environment ``$RUNNER_TEMP/project``.
    """

    told: str
    python: str
    lines: tuple[str, ...]


@frozen
class Choices:
    """What the workflow is to do.

    Attributes:
        setup: How the project is installed.
        install: A shell command that installs codeflash.
        folder: The project's folder in the repository, POSIX style, with a slash at its end; empty at the top.
        base: Only pull requests into this branch; empty for all.
        budget: Time for one target, such as ``60s``.
        comment: Whether the report becomes a comment on the pull request.
    """

    setup: Setup
    install: str
    folder: str = ""
    base: str = ""
    budget: str = BUDGET
    comment: bool = False
