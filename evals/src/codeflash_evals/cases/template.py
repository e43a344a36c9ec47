"""A template: a small project with planted slowness, and what is hidden from the subject."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from attrs import field, frozen

from codeflash_core.errors import Place, UsageError

SCHEMA = 1
MANIFEST = "template.toml"


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


class Worth(StrEnum):
    """How the hidden side must tell a wrong change from a right one: the first word of its ``why.txt``."""

    DIFFERS = "differs"
    NOT_FASTER = "not-faster"


@frozen
class Wrong:
    """A tempting change that is wrong or worth nothing.

    Attributes:
        kind: Its name.
        worth: How the hidden side tells it apart.
        changes: New contents by relative path.
    """

    kind: str
    worth: Worth
    changes: Mapping[str, bytes | None] = field(repr=False)


@frozen
class Template:
    """A case made for measuring.

    Attributes:
        id: ``language/name``.
        folder: Where it stands.
        kind: Its class.
        title: One line for people.
        targets: Planted spots, ``path.py::function``.
        expect: What a good subject does.
        metric: What is to be saved.
        rank_within: The rank in the profile from which a planted spot counts as found.
        module: The module whose import is measured.
        command: What runs the project, for languages that are measured by a whole command.
    """

    id: str
    folder: Path
    kind: Kind
    title: str
    targets: tuple[str, ...]
    expect: Expect
    metric: Metric
    rank_within: int = 1
    module: str = ""
    command: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """``python``, ``go`` or ``javascript``."""
        return self.id.partition("/")[0]

    @property
    def project(self) -> Path:
        """What the subject sees."""
        return self.folder / "project"

    @property
    def hidden(self) -> Path:
        """The script with hidden inputs and workload."""
        return self.folder / "hidden" / "hidden.py"

    def reference(self) -> dict[str, bytes | None]:
        """The known faster version; empty where there is none."""
        return dict(overlay(self.folder / "reference"))

    def wrong(self) -> tuple[Wrong, ...]:
        """The tempting changes that must be told apart.

        Raises:
            UsageError: One does not say how.
        """
        folders = sorted(path for path in (self.folder / "wrong").glob("*") if path.is_dir())
        return tuple(_wrong(folder) for folder in folders)


def read_template(folder: Path) -> Template:
    """Read a template.

    Args:
        folder: ``LANGUAGE/NAME``, with a manifest.

    Raises:
        UsageError: The manifest can't be read, or says what can't be.
    """
    path = folder / MANIFEST
    table = Fields(read_toml(path), path)
    if table.value("schema", int) != SCHEMA:
        raise UsageError(f"{path}: this version reads schema {SCHEMA}", "Write schema = 1.")
    template = Template(
        id=f"{folder.parent.name}/{folder.name}",
        folder=folder,
        kind=table.choice("class", Kind),
        title=table.value("title", str),
        targets=table.texts("targets"),
        expect=table.choice("expect", Expect),
        metric=table.choice("metric", Metric, Metric.TIME),
        rank_within=table.value("rank_within", int, 1),
        module=table.value("module", str, ""),
        command=table.texts("command"),
    )
    table.value("story", str, "")
    table.refuse_others()
    _consistent(template, path)
    return template


def overlay(folder: Path) -> dict[str, bytes]:
    """Files of a folder that lies over a project, by relative path; without what programs leave behind."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "why.txt" and "__pycache__" not in path.parts
    }


def read_toml(path: Path) -> dict[str, Any]:
    """Read a manifest.

    Raises:
        UsageError: It is not there, or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}", "Every case has a manifest.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"can't read {path}: {problem}", where=Place(str(path))) from problem


T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Fields:
    """The fields of a manifest, each asked for by name and type."""

    def __init__(self, table: Mapping[str, Any], path: Path) -> None:
        self._table = table
        self._path = path
        self._asked: set[str] = set()

    def value(self, name: str, kind: type[T], default: T | None = None) -> T:
        """A field of a type.

        Raises:
            UsageError: It is missing, or of another type.
        """
        self._asked.add(name)
        found = self._table.get(name, default)
        if found is None:
            raise UsageError(f"{self._path}: {name} is missing")
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise UsageError(f"{self._path}: {name} is {found!r}, not a value of type {kind.__name__}")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list of texts; empty where it is missing."""
        found = self.value(name, list, [])
        if not all(isinstance(each, str) for each in found):
            raise UsageError(f"{self._path}: {name} is a list of texts")
        return tuple(found)

    def choice(self, name: str, kind: type[E], default: E | None = None) -> E:
        """A field that is one of some words."""
        found = self.value(name, str, default)
        try:
            return kind(found)
        except ValueError:
            known = ", ".join(kind)
            raise UsageError(f"{self._path}: {name} is one of {known}, not {found}") from None

    def refuse_others(self) -> None:
        """Refuse fields that nobody asked for: a misspelt one would be passed over."""
        others = sorted(self._table.keys() - self._asked)
        if others:
            raise UsageError(f"{self._path}: {others[0]} is no field of a manifest")


def _consistent(template: Template, path: Path) -> None:
    if template.expect is Expect.FASTER and not template.targets and template.language == "python":
        raise UsageError(f"{path}: where something is to be found, targets names it")
    if template.expect is Expect.FASTER and not (template.folder / "reference").is_dir():
        raise UsageError(f"{path}: where something is to be found, there is a folder reference/")
    if template.metric is Metric.IMPORT and not template.module:
        raise UsageError(f"{path}: where the import is measured, module names what is imported")
    needed = [template.project] + ([template.hidden] if template.language == "python" else [])
    missing = [each for each in needed if not each.exists()]
    if missing:
        raise UsageError(f"{template.id}: {missing[0]} is missing")
    if template.language != "python" and not template.command:
        raise UsageError(f"{path}: command is missing: the words that run the project")


def _wrong(folder: Path) -> Wrong:
    try:
        lines = (folder / "why.txt").read_text(encoding="utf-8").split("\n")
        worth = Worth(lines[0].partition(":")[0].strip())
    except (OSError, ValueError):
        known = " or ".join(Worth)
        raise UsageError(f"{folder / 'why.txt'}: the first line says {known}") from None
    return Wrong(folder.name, worth, dict(overlay(folder)))
