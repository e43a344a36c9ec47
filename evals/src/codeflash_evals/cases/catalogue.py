"""Finding cases: the folders of templates, and those that words select."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_evals.cases.template import MANIFEST, Template, read_template

LANGUAGES = ("python", "go", "javascript")


def evals_folder() -> Path:
    """The folder ``evals`` of this checkout.

    Raises:
        UsageError: This installation has none.
    """
    folder = Path(__file__).resolve().parents[3]
    if not (folder / "pyproject.toml").is_file():
        raise UsageError(
            "the cases are not part of this installation",
            "Run it from a checkout, or name a folder with --templates.",
        )
    return folder


def read_templates(folder: Path) -> tuple[Template, ...]:
    """All templates below a folder, by language and name.

    Args:
        folder: It has a folder for each language.

    Raises:
        UsageError: There are none, or one can't be read.
    """
    found = list(folder.glob(f"*/*/{MANIFEST}"))
    odd = [
        path.parent
        for path in sorted(folder.glob("*/*"))
        if path.is_dir() and not (path / MANIFEST).is_file()
    ]
    if odd:
        raise UsageError(f"{odd[0]} has no {MANIFEST}", "A template has one.")
    if not found:
        raise UsageError(f"there are no templates in {folder}", f"A template is LANGUAGE/NAME/{MANIFEST}.")
    for path in found:
        if path.parts[-3] not in LANGUAGES:
            raise UsageError(f"{path}: {path.parts[-3]} is none of {', '.join(LANGUAGES)}")
    found.sort(key=lambda path: (LANGUAGES.index(path.parts[-3]), path))
    return tuple(read_template(path.parent) for path in found)


def selected(
    templates: Sequence[Template], names: Sequence[str], kinds: Sequence[str]
) -> tuple[Template, ...]:
    """The templates that are named, or all of them.

    Args:
        templates: All there are.
        names: Ids, names without the language, or a language; empty for all.
        kinds: Classes; empty for all.

    Raises:
        UsageError: A name fits none.
    """
    known = [each.kind.value for each in templates]
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                f"there is no template of class {kind}", f"There are: {', '.join(sorted(set(known)))}."
            )
    chosen: list[Template] = []
    for name in names:
        fitting = [each for each in templates if name in (each.id, each.folder.name, each.language)]
        if not fitting:
            near = [each.id for each in templates if name.rpartition("/")[2] in each.id]
            raise UsageError(
                f"there is no template {name}",
                f"Did you mean {near[0]}?" if near else "See: codeflash-evals list",
            )
        chosen += [each for each in fitting if each not in chosen]
    return tuple(each for each in (chosen or templates) if not kinds or each.kind.value in kinds)
