"""Lists targets, and names the nearest when one is missing."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from attrs import frozen

from codeflash_core.errors import Place, UsageError
from codeflash_core.model.target import Project, Target
from codeflash_core.texts import content
from codeflash_python.discovery.functions import Definition, Unparsable, definitions
from codeflash_python.discovery.roots import module_name
from codeflash_python.discovery.tree import is_product, is_test_file, python_files

SUGGESTED = 3
SLIP = 0.9
"""Likeness from which a name is another one with a slip of the pen, 0 to 1."""
SCANNED_FOR_HINTS = 2000


@frozen
class Listing:
    """Targets, and the files that could not be read.

    Attributes:
        targets: In the order of the names asked for, then of the files.
        unparsed: Why, by path.
    """

    targets: tuple[Target, ...]
    unparsed: tuple[tuple[str, str], ...] = ()


def list_targets(project: Project, names: Iterable[str] = (), *, everything: bool = False) -> Listing:
    """List the targets that names stand for.

    Args:
        project: The project.
        names: ``path.py``, ``path.py::function``, ``path.py::Class.method``, ``path.py::Class`` or a folder;
            relative to the root, or absolute inside it.
        everything: All of what the project ships.

    Raises:
        UsageError: There is no such file or function (the hint names the nearest), or a file that was asked
            for by name does not parse.
    """
    found: dict[str, Target] = {}
    unparsed: dict[str, str] = {}
    for name in names:
        path_text, _, qualname = name.partition("::")
        path = _inside(project, path_text)
        if (project.root / path).is_dir():
            if qualname:
                raise UsageError(f"{path_text} is a folder; it has no {qualname}")
            found.update(_folder(project, path, unparsed, only_product=False))
        else:
            found.update(_named(project, path, qualname.replace("::", ".")))
    if everything:
        found.update(_folder(project, ".", unparsed, only_product=True))
    return Listing(tuple(found.values()), tuple(unparsed.items()))


def targets_of(project: Project, path: str) -> tuple[Target, ...]:
    """All targets of a file, the empty ones included.

    Args:
        project: The project.
        path: The file, relative to the root.

    Raises:
        Unparsable: The file is not Python.
        UsageError: The file cannot be read.
    """
    return tuple(target for target, _ in _read(project, path))


def _inside(project: Project, text: str) -> str:
    path = Path(text)
    if path.is_absolute():
        for root in (project.root, Path(os.path.realpath(project.root))):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        raise UsageError(f"{text} is outside the project {project.root}")
    normal = PurePosixPath(os.path.normpath(path)).as_posix()
    if normal.startswith(".."):
        raise UsageError(f"{text} is outside the project {project.root}")
    if not (project.root / normal).exists():
        what = "file" if normal.endswith(".py") else "file or folder"
        raise UsageError(f"there is no {what} {text}", _nearest(project, text, normal))
    return normal


def _nearest(project: Project, text: str, path: str) -> str:
    head, mark, name = text.partition(".py:")
    if mark and (project.root / f"{head}.py").is_file():
        return f"Write {head}.py::{name.lstrip(':')}."
    dotted = _dotted(project, text)
    return f"Write {dotted}." if dotted else _nearest_files(project, path)


def _dotted(project: Project, text: str) -> str:
    """The target that a dotted name stands for, such as ``shop.stock.Stock.count``; empty when there is none."""
    parts = text.split(".")
    for root in project.import_roots if all(part.isidentifier() for part in parts) else ():
        for count in range(len(parts), 0, -1):
            path = (PurePosixPath(root) / "/".join(parts[:count])).with_suffix(".py").as_posix()
            if (project.root / path).is_file():
                return "::".join([path, *([".".join(parts[count:])] if parts[count:] else [])])
    return ""


def _nearest_files(project: Project, path: str) -> str:
    files = []
    for file in python_files(project.root):
        files.append(file)
        if len(files) >= SCANNED_FOR_HINTS:
            break
    if not path.endswith(".py"):
        files += {str(above): None for file in files for above in PurePosixPath(file).parents if above.name}
    close = _closest(path, files)
    same_name = [file for file in files if PurePosixPath(file).name == PurePosixPath(path).name]
    names = list(dict.fromkeys(same_name[:SUGGESTED] + close))[:SUGGESTED]
    return f"Did you mean {' or '.join(names)}?" if names else "Paths are relative to the project's root."


def _closest(path: str, files: Iterable[str]) -> list[str]:
    """Files named nearly alike; beside a mere slip of the pen nothing else is worth a mention."""
    files = list(files)
    return difflib.get_close_matches(path, files, SUGGESTED, SLIP) or difflib.get_close_matches(
        path, files, SUGGESTED, 0.6
    )


def _read(project: Project, path: str) -> list[tuple[Target, Definition]]:
    try:
        text = content(project.root, path, project.held)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    digest = hashlib.sha256(text).hexdigest()
    module = module_name(project.root, path, project.import_roots)
    return [
        (
            Target(
                path=path,
                qualname=definition.qualname,
                module=module,
                kind=definition.kind,
                is_async=definition.is_async,
                is_generator=definition.is_generator,
                line=definition.line,
                end_line=definition.end_line,
                file_sha256=digest,
            ),
            definition,
        )
        for definition in definitions(text)
    ]


def _named(project: Project, path: str, qualname: str) -> dict[str, Target]:
    if not path.endswith(".py"):
        raise UsageError(
            f"{path} is not a Python file", "A target is path.py, path.py::function or a folder."
        )
    try:
        pairs = _read(project, path)
    except Unparsable as error:
        raise UsageError(
            f"{path} does not parse: line {error.line}: {error.message}",
            "Correct the file; or it needs a newer Python than the one that runs this program.",
            Place(path, error.line),
        ) from None
    if not qualname:
        return {target.id: target for target, definition in pairs if not definition.is_empty}
    exact = {target.id: target for target, _ in pairs if target.qualname == qualname}
    if exact:
        return exact
    methods = {
        target.id: target
        for target, definition in pairs
        if target.qualname.startswith(qualname + ".") and not definition.is_empty
    }
    if methods:
        return methods
    known = [target.qualname for target, _ in pairs]
    raise UsageError(f"{path} has no function {qualname}", _nearest_names(project, path, qualname, known))


def _nearest_names(project: Project, path: str, qualname: str, known: list[str]) -> str:
    last = qualname.rpartition(".")[2]
    same_last = [name for name in known if name.rpartition(".")[2] == last]
    by_lower = {name.lower(): name for name in known}
    close = [by_lower[name] for name in difflib.get_close_matches(qualname.lower(), by_lower, SUGGESTED, 0.6)]
    by_last = {name.rpartition(".")[2].lower(): name for name in known}
    close += [by_last[name] for name in difflib.get_close_matches(last.lower(), by_last, SUGGESTED, 0.7)]
    names = [f"{path}::{name}" for name in dict.fromkeys(same_last + close)][:SUGGESTED]
    if not names:
        names = _elsewhere(project, path, last)
    if names:
        return f"Did you mean {' or '.join(names)}?"
    return f"It has {', '.join(known[:8])}." if known else "The file defines no functions."


def _elsewhere(project: Project, path: str, name: str) -> list[str]:
    found: list[str] = []
    for count, file in enumerate(python_files(project.root)):
        if count >= SCANNED_FOR_HINTS or len(found) >= SUGGESTED:
            break
        if file == path or is_test_file(file):
            continue
        try:
            text = (project.root / file).read_bytes()
            if f"def {name}".encode() not in text:
                continue
            found += [f"{file}::{d.qualname}" for d in definitions(text) if d.node.name == name]
        except (OSError, Unparsable):
            continue
    return found[:SUGGESTED]


def _folder(
    project: Project, path: str, unparsed: dict[str, str], *, only_product: bool
) -> dict[str, Target]:
    found: dict[str, Target] = {}
    # Somebody who asks for a test folder by name means it.
    tests_wanted = is_test_file(f"{path}/module.py")
    for file in python_files(project.root, path):
        if (is_test_file(file) and not tests_wanted) or (only_product and not is_product(file)):
            continue
        try:
            pairs = _read(project, file)
        except (Unparsable, UsageError) as error:
            unparsed[file] = str(error)
            continue
        found.update({target.id: target for target, definition in pairs if not definition.is_empty})
    return found
