"""Puts the engine together: sandbox, private copy, host and language backend."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_core.hosts.local import LocalHost
from codeflash_core.model.target import Project
from codeflash_core.ports.hosts import Host
from codeflash_core.ports.language import Language
from codeflash_core.records.fingerprint import measured_sha256
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox import (
    Confinement,
    Mode,
    Sandbox,
    Tree,
    copy_project,
    detect,
    remove,
    with_changes,
)
from codeflash_core.sandbox.leftovers import scratch, sweep


@frozen
class Workshop:
    """A project ready to be worked on.

    Attributes:
        language: The backend.
        host: Runs foreign code.
        confinement: How it is confined.
        masked: Files that look like secrets and are empty in the sandbox.
        entries: What the private copy holds, by relative POSIX path, as :class:`Tree` describes it.
    """

    language: Language
    host: Host
    confinement: Confinement
    masked: tuple[str, ...] = ()
    entries: Mapping[str, str] = field(factory=dict, repr=False)


def plugins(group: str) -> dict[str, Callable[..., Any]]:
    """Registered implementations of a port by name.

    Args:
        group: ``codeflash.languages``, ``codeflash.sources``, ``codeflash.deliveries`` or ``codeflash.hosts``.
    """
    return {entry.name: _loader(entry) for entry in importlib.metadata.entry_points(group=group)}


def _loader(entry: importlib.metadata.EntryPoint) -> Callable[..., Any]:
    def load(*arguments: Any, **options: Any) -> Any:
        try:
            return entry.load()(*arguments, **options)
        except ImportError as problem:
            raise PrerequisiteError(f"{entry.name} can't be loaded: {problem}") from problem

    return load


def plugin(group: str, name: str) -> Callable[..., Any]:
    """One registered implementation.

    Raises:
        UsageError: There is none of that name.
    """
    known = plugins(group)
    if name not in known:
        kind = group.rpartition(".")[2].removesuffix("s")
        raise UsageError(f"no such {kind}: {name}", f"Known: {', '.join(sorted(known)) or 'none'}.")
    return known[name]


@contextlib.asynccontextmanager
async def open_workshop(
    project: Project, mode: Mode, environment: Mapping[str, str] | None = None, state: Path | None = None
) -> AsyncIterator[Workshop]:
    """Copy the project, start its backend, and clean all of it up at the end.

    Args:
        project: The project; it is read, never written.
        mode: How much confinement is asked for.
        environment: Variables that foreign code may see.
        state: Where scratch folders go; the user's state folder by default.

    Raises:
        PrerequisiteError: The confinement asked for is not to be had.
    """
    folder = state or state_dir()
    sweep(folder)
    confinement = detect(mode)
    with scratch(folder) as place:
        base = _copied(project, place, confinement)
        host = LocalHost(Sandbox(confinement, place), base, place)
        language = plugin("codeflash.languages", project.language)(
            host=host, environment=dict(environment or {}), scratch=place
        )
        try:
            yield Workshop(language, host, confinement, base.masked, base.entries)
        finally:
            await host.close()


def _copied(project: Project, place: Path, confinement: Confinement) -> Tree:
    """The private copy, with what an editor holds of the project's files in their place."""
    saved = copy_project(project.root, place / "base", confinement)
    on_disk = measured_sha256(saved.entries)
    changes = {
        path: data
        for path, data in project.held.items()
        if on_disk.get(path) != hashlib.sha256(data).hexdigest()
    }
    if not changes:
        return saved
    try:
        return with_changes(saved, changes, place / "held")
    finally:
        remove(saved)
