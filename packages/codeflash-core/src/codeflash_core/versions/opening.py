"""Two refs as two versions that can run: exported files, an interpreter for each, one private copy in the sandbox."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from attrs import evolve, frozen

from codeflash_core.errors import UsageError
from codeflash_core.git.exporting import Exported, Ref, export, fetch_pull_request, resolve_ref
from codeflash_core.git.repository import Repository, find_repository
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.pipeline.assembly import Workshop, open_workshop, plugin
from codeflash_core.pipeline.opening import Asked, open_project
from codeflash_core.ports.benchmarks import Benchmarks
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox.leftovers import scratch
from codeflash_core.versions.bench import Version
from codeflash_core.versions.values import VersionsRequest


@frozen
class OpenVersions:
    """What can be measured.

    Attributes:
        base: The first version's name.
        head: The second version's name.
        versions: Both, ready to run.
        benchmarks: The backend.
        notes: What a reader should know.
    """

    base: Ref
    head: Ref
    versions: tuple[Version, Version]
    benchmarks: Benchmarks
    notes: tuple[str, ...]


@contextlib.asynccontextmanager
async def open_versions(request: VersionsRequest) -> AsyncIterator[OpenVersions]:
    """Export both refs and make them ready; nothing of it is left afterwards.

    The work tree, the index, the stash and the list of worktrees stay as they are.

    Raises:
        UsageError: There is no repository, or no such commit.
        PrerequisiteError: Something is missing to run the benchmarks.
        StageError: An export or an environment fails.
    """
    asked = Asked(request.folder, settings={"python": request.interpreter or None})
    opened = open_project(asked)
    repository = find_repository(opened.project.root)
    if repository is None:
        raise UsageError(f"{opened.project.root} is in no git repository", "Versions are named by git refs.")
    if request.pull_request:
        base, head = fetch_pull_request(repository, request.pull_request)
    else:
        base, head = resolve_ref(repository, request.base), resolve_ref(repository, request.head)
    with scratch(state_dir()) as place:
        sides = [
            export(repository, ref.commit, place / name) for ref, name in ((base, "base"), (head, "head"))
        ]
        notes = [*_dirty(repository, head), *dict.fromkeys(note for side in sides for note in side.notes)]
        root = sides[0].folder
        described = opened.projects.project(
            root, interpreter=str(opened.project.interpreter), tests=(), names=()
        )
        variables = {name: os.environ[name] for name in request.pass_through if name in os.environ}
        async with open_workshop(described, request.mode, variables) as workshop:
            notes += [f"not confined: {line}" for line in workshop.confinement.missing]
            benchmarks: Benchmarks = plugin("codeflash.benchmarks", described.language)(
                host=workshop.host, environment=variables, scratch=place
            )
            versions = await _versions(described, opened.project, sides, benchmarks, workshop)
            if versions[0].project.interpreter != versions[1].project.interpreter:
                notes.append("the versions need different packages: each runs in an environment of its own")
            yield OpenVersions(base, head, versions, benchmarks, tuple(notes))


async def _versions(
    described: Project, user: Project, sides: list[Exported], benchmarks: Benchmarks, workshop: Workshop
) -> tuple[Version, Version]:
    del workshop
    first, second = (each.folder for each in sides)
    interpreters = await benchmarks.interpreters(user, first, second)
    changes = differing_files(first, second)
    base = Version("base", evolve(described, interpreter=interpreters[0]), Side())
    head_project = evolve(described, interpreter=interpreters[1])
    return base, Version("head", head_project, Side.of(changes) if changes else Side())


def differing_files(a: Path, b: Path) -> dict[str, bytes | None]:
    """What turns one folder into another: new bytes by path, None for files that are gone."""
    before, after = _files(a), _files(b)
    changes: dict[str, bytes | None] = dict.fromkeys(before.keys() - after.keys())
    for path, file in after.items():
        content = file.read_bytes()
        if path not in before or before[path].read_bytes() != content:
            changes[path] = content
    return changes


def _files(root: Path) -> dict[str, Path]:
    return {
        path.relative_to(root).as_posix(): path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def _dirty(repository: Repository, head: Ref) -> list[str]:
    if repository.commit_of("HEAD") != head.commit:
        return []
    changed = repository.changed(head.commit)
    if not changed:
        return []
    few = ", ".join(changed[:3]) + (", ..." if len(changed) > 3 else "")
    return [f"uncommitted changes are not measured: {few}"]
