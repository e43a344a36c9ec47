"""The change that the user hands in, looked at before anything of the project is run."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from codeflash_core.compiling import objection_to
from codeflash_core.errors import Place, UsageError
from codeflash_core.model.target import Project
from codeflash_core.sources.patch import PatchSource, from_file, from_patch
from codeflash_python.discovery.functions import definitions


def read_candidate(options: argparse.Namespace, project: Project, target: str) -> PatchSource:
    """The candidate of ``--candidate`` or ``--patch`` as a source.

    Args:
        options: The command's options.
        project: The project.
        target: The target's id, relative to the root.

    Raises:
        UsageError: It can't be read, is no Python, is not about the target, or changes nothing.
        PrerequisiteError: A patch was given, and git is missing.
    """
    path, _, qualname = target.partition("::")
    if options.patch_file:
        source = from_patch(project, Path(options.patch_file))
        given = f"as the patch {options.patch_file} leaves it"
    else:
        source = from_file(project, path, Path(options.candidate))
        given = ""
    for name, text in source.files.items():
        if text is not None and name.endswith((".py", ".pyi")):
            _refuse_unparsable(text, name if given else options.candidate, given)
    if not given:
        _refuse_other_file(source.files[path] or "", options.candidate, project.root / path, qualname)
    return source


def _refuse_unparsable(text: str, name: str, given: str) -> None:
    found = objection_to(text)
    if found is None:
        return
    place = Place(name, found.line, found.column)
    raise UsageError(
        f"{place}: the candidate is no Python{f', {given}' if given else ''}: {found.message}",
        "Correct it; or it needs a newer Python than the one that runs this program.",
        place,
    )


def _refuse_other_file(text: str, name: str, original: Path, qualname: str) -> None:
    """A whole file stands for the target's file: it defines the target, and is another text."""
    known = [definition.qualname for definition in definitions(text)]
    if qualname.replace("::", ".") not in known:
        near = difflib.get_close_matches(qualname, known, 1, 0.6)
        raise UsageError(
            f"the candidate {name} has no function {qualname}",
            f"Did you mean {near[0]}?" if near else f"It has to be the whole new text of {original.name}.",
            Place(name),
        )
    if original.is_file() and original.read_bytes() == Path(name).read_bytes():
        raise UsageError(
            f"the candidate {name} is what {original.name} is already", "Give the changed text.", Place(name)
        )
