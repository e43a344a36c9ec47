"""A case as a run sees it, whether it is a template or a real package."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from attrs import field, frozen


class Kind(StrEnum):
    """The class of a case."""

    RANKING = "ranking"
    ALGORITHMIC = "algorithmic"
    MEMORY = "memory"
    IMPORT_TIME = "import-time"
    ASYNC = "async"
    CROSS_FUNCTION = "cross-function"
    CACHE_TRAP = "cache-trap"
    NO_SLOWNESS = "no-slowness"
    LURE = "lure"
    REAL_PACKAGE = "real-package"


class Expect(StrEnum):
    """What a good subject does with a case."""

    FASTER = "faster"
    NOTHING = "nothing"


class Metric(StrEnum):
    """What is to be saved."""

    TIME = "time"
    MEMORY = "memory"
    IMPORT = "import"


@frozen
class Interpreter:
    """What runs the versions of a case.

    Attributes:
        path: The program.
        prefixes: Folders that it needs.
    """

    path: Path
    prefixes: tuple[Path, ...]


@frozen
class Case:
    """A case, ready to be worked on.

    Attributes:
        id: ``python/NAME``, ``repos/NAME``...
        kind: Its class.
        expect: What a good subject does.
        project: What the subject sees.
        targets: Planted spots, ``path.py::function``.
        hidden: The script with hidden inputs and workload; None where a whole command is measured.
        reference: New contents of the known faster version by relative path; empty where there is none.
        metric: What is to be saved.
        rank_within: The rank in the profile from which a planted spot counts as found.
        module: The module whose import is measured.
        command: What is run and measured as a whole.
        build: What makes a version into what the command runs; once for each.
        asked: What the subject is asked to work on.
        words: Further words for the subject's command, such as what shows the functions at work.
        interpreter: What runs the project; None for the one that runs us.
    """

    id: str
    kind: Kind
    expect: Expect
    project: Path
    targets: tuple[str, ...] = ()
    hidden: Path | None = None
    reference: Mapping[str, bytes | None] = field(factory=dict, repr=False)
    metric: Metric = Metric.TIME
    rank_within: int = 1
    module: str = ""
    command: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    asked: tuple[str, ...] = ("--all",)
    words: tuple[str, ...] = ()
    interpreter: Interpreter | None = None
