"""What could be optimized: projects, targets and their rank."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from attrs import field, frozen

TargetKind = Literal["function", "method", "staticmethod", "classmethod", "property"]


@frozen
class Project:
    """A code base and how its own code is run.

    Attributes:
        root: The real folder of the project.
        language: Name of the language backend, such as ``python``.
        interpreter: The program that runs the project's code.
        import_roots: Folders that go on the import path, relative to the root, POSIX style.
        tests: Test files or folders, relative to the root.
        formatter: Formats changed lines: nothing for what the project uses, ``none``, a known formatter's name,
            or the words of a command that formats standard input.
        held: Bytes of files as an editor holds them, whatever the disk does, by path relative to the root.
    """

    root: Path
    language: str
    interpreter: Path
    import_roots: tuple[str, ...] = (".",)
    tests: tuple[str, ...] = ()
    formatter: tuple[str, ...] = ()
    held: Mapping[str, bytes] = field(factory=dict, repr=False)


@frozen
class Target:
    """A function or method that could be made faster.

    Attributes:
        path: The file, relative to the project's root, POSIX style.
        qualname: Dotted name inside the module, such as ``Basket.total``.
        module: The name under which the project's own code imports the file.
        kind: How the function is bound.
        is_async: Whether it is a coroutine function or an asynchronous generator.
        is_generator: Whether it yields.
        line: First line of the definition, decorators included, from 1.
        end_line: Last line of the definition.
        file_sha256: Hash of the file's bytes when the target was listed.
    """

    path: str
    qualname: str
    module: str
    kind: TargetKind = "function"
    is_async: bool = False
    is_generator: bool = False
    line: int = 0
    end_line: int = 0
    file_sha256: str = ""

    @property
    def id(self) -> str:
        """The name people use: ``path.py::Class.method``."""
        return f"{self.path}::{self.qualname}"


@frozen
class Workload:
    """What is run to see the targets at work.

    Attributes:
        kind: ``tests`` runs the project's tests; ``script`` runs one Python script; ``written`` runs tests that somebody
            else wrote, in a copy of the project of their own.
        paths: Test paths relative to the root, or the one script's path.
        arguments: Further arguments, such as ``-k primes``.
        text: The script's text where it does not live in the project; the written tests.
    """

    kind: Literal["tests", "script", "written"]
    paths: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    text: str = ""


@frozen
class Ranked:
    """A target with the time that a fix could win.

    Attributes:
        own_seconds: CPU time in the function itself.
        cumulative_seconds: CPU time in it and all that it calls.
        calls: How often it was called.
        share: ``cumulative_seconds`` over the workload's total, 0 to 1.
        gain_seconds: Time that the rewrites found could win at most; orders the list.
        hints: Slugs of the rewrites that would apply.
    """

    target: Target
    own_seconds: float
    cumulative_seconds: float
    calls: int
    share: float
    gain_seconds: float = 0.0
    hints: tuple[str, ...] = field(factory=tuple)
