"""Finding cases: the folders of templates, the manifests of real packages, and those that words select."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from codeflash_core.errors import UsageError
from codeflash_evals.cases.real_package import RealPackage, read_package
from codeflash_evals.cases.template import MANIFEST, Template, read_template

LANGUAGES = ("python", "go", "javascript")
E = TypeVar("E", Template, RealPackage, Template | RealPackage)


def evals_folder() -> Path:
    """The folder ``evals`` of this checkout.

    Raises:
        UsageError: This installation has none.
    """
    folder = Path(__file__).resolve().parents[3]
    if not (folder / "pyproject.toml").is_file():
        raise UsageError(
            "the cases are not part of this installation",
            "Run it from a checkout, or name a folder with --folder.",
        )
    return folder


def read_all(folder: Path) -> tuple[Template | RealPackage, ...]:
    """Everything that can be measured.

    Args:
        folder: It holds ``templates/LANGUAGE/NAME/template.toml`` and ``repos/NAME.toml``.

    Raises:
        UsageError: There is nothing, or something can't be read.
    """
    templates = folder / "templates"
    folders = [path for path in sorted(templates.glob("*/*")) if path.is_dir() and path.name[0] not in "._"]
    for path in folders:
        if path.parent.name not in LANGUAGES:
            raise UsageError(f"{path.parent}: the language is none of {', '.join(LANGUAGES)}")
        if not (path / MANIFEST).is_file():
            raise UsageError(f"{path} has no {MANIFEST}", "A template has one.")
    folders.sort(key=lambda path: (LANGUAGES.index(path.parent.name), path))
    packages = [read_package(path) for path in sorted((folder / "repos").glob("*.toml"))]
    found: tuple[Template | RealPackage, ...] = (*(read_template(path) for path in folders), *packages)
    if not found:
        raise UsageError(
            f"there are no cases in {folder}", f"A template is templates/LANGUAGE/NAME/{MANIFEST}."
        )
    return found


def selected(entries: Sequence[E], names: Sequence[str], kinds: Sequence[str] = ()) -> tuple[E, ...]:
    """The cases that are named.

    Args:
        entries: All there are.
        names: Ids, ids without their group, or a group such as ``python`` or ``repos``; empty for all.
        kinds: Classes; empty for all.

    Raises:
        UsageError: A name fits none, or nothing is left.
    """
    for kind in kinds:
        known = sorted({each.kind.value for each in entries})
        if kind not in known:
            raise UsageError(f"there is no case of class {kind}", f"There are: {', '.join(known)}.")
    chosen: list[E] = []
    for name in names:
        fitting = [each for each in entries if name == each.id or name in each.id.split("/")]
        if not fitting:
            near = [each.id for each in entries if name.rpartition("/")[2] in each.id]
            raise UsageError(
                f"there is no case {name}",
                f"Did you mean {near[0]}?" if near else "See: codeflash-evals list",
            )
        chosen += [each for each in fitting if each not in chosen]
    found = tuple(each for each in (chosen or entries) if not kinds or each.kind.value in kinds)
    if not found:
        raise UsageError("none of the named cases is of that class", "See: codeflash-evals list")
    return found
