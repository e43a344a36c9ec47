"""A template: a small project with planted slowness, and what is hidden from the subject."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from attrs import field, frozen

from codeflash_core.errors import UsageError
from codeflash_evals.cases.case import Case, Expect, Kind, Metric
from codeflash_evals.cases.fields import Fields, read_fields

MANIFEST = "template.toml"


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
    """A case made for measuring, with what only its makers need.

    Attributes:
        case: What a run needs.
        folder: Where it stands.
        title: One line for people.
    """

    case: Case
    folder: Path
    title: str

    @property
    def id(self) -> str:
        """``LANGUAGE/NAME``."""
        return self.case.id

    @property
    def kind(self) -> Kind:
        """Its class."""
        return self.case.kind

    @property
    def language(self) -> str:
        """``python``, ``go`` or ``javascript``."""
        return self.id.partition("/")[0]

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
    fields = read_fields(path)
    template = Template(_case(folder, fields), folder, fields.value("title", str))
    fields.value("story", str, "")
    fields.refuse_others()
    _consistent(template, path)
    return template


def _case(folder: Path, fields: Fields) -> Case:
    python = folder.parent.name == "python"
    return Case(
        id=f"{folder.parent.name}/{folder.name}",
        kind=fields.choice("class", Kind),
        expect=fields.choice("expect", Expect),
        project=folder / "project",
        targets=fields.texts("targets"),
        hidden=folder / "hidden" / "hidden.py" if python else None,
        reference=dict(overlay(folder / "reference")),
        metric=fields.choice("metric", Metric, Metric.TIME),
        rank_within=fields.value("rank_within", int, 1),
        module=fields.value("module", str, ""),
        command=fields.texts("command"),
        build=fields.texts("build"),
    )


def overlay(folder: Path) -> dict[str, bytes]:
    """Files of a folder that lies over a project, by relative path; without what programs leave behind."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.name != "why.txt"
        and "__pycache__" not in path.parts
    }


def _consistent(template: Template, path: Path) -> None:
    case, python = template.case, template.language == "python"
    if case.expect is Expect.FASTER and not case.targets and python:
        raise UsageError(f"{path}: where something is to be found, targets names it")
    if case.expect is Expect.NOTHING and case.targets:
        raise UsageError(f"{path}: where nothing is to be found, targets is empty")
    if case.expect is Expect.FASTER and not case.reference:
        raise UsageError(f"{path}: where something is to be found, there is a folder reference/")
    if case.metric is Metric.IMPORT and not case.module:
        raise UsageError(f"{path}: where the import is measured, module names what is imported")
    if not python and not case.command:
        raise UsageError(f"{path}: command is missing: the words that run the project")
    for needed in (case.project, case.hidden):
        if needed is not None and not needed.exists():
            raise UsageError(f"{template.id}: {needed} is missing")


def _wrong(folder: Path) -> Wrong:
    try:
        lines = (folder / "why.txt").read_text(encoding="utf-8").split("\n")
        worth = Worth(lines[0].partition(":")[0].strip())
    except (OSError, ValueError):
        known = " or ".join(str(each) for each in Worth)
        raise UsageError(f"{folder / 'why.txt'}: the first line says {known}") from None
    return Wrong(folder.name, worth, dict(overlay(folder)))
