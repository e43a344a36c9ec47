"""Two refs as two versions that can run: exported files, an interpreter for each, one private copy in the sandbox."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Sequence

from attrs import evolve, frozen

from codeflash_core.errors import UsageError
from codeflash_core.git.exporting import Ref, export, fetch_pull_request, resolve_ref
from codeflash_core.git.repository import Repository, find_repository
from codeflash_core.model.target import Project
from codeflash_core.pipeline.assembly import open_workshop, plugin
from codeflash_core.pipeline.opening import Asked, open_project
from codeflash_core.ports.benchmarks import Benchmarks
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox import Mode
from codeflash_core.sandbox.leftovers import scratch
from codeflash_core.versions.bench import Version
from codeflash_core.versions.values import VersionsRequest
from codeflash_core.versions.version_files import lend_version_files


@frozen
class OpenVersions:
    """What can be measured.

    Attributes:
        base: The first version's name.
        head: The second version's name.
        versions: Both, ready to run.
        notes: What a reader should know.
    """

    base: Ref
    head: Ref
    versions: tuple[Version, Version]
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
    told = {"python": request.interpreter or None, "sandbox": request.mode.value}
    asked = Asked(request.folder, settings=told)
    opened = open_project(asked)
    repository = find_repository(opened.project.root)
    if repository is None:
        raise UsageError(f"{opened.project.root} is in no git repository", "Versions are named by git refs.")
    if request.pull_request:
        base, head = fetch_pull_request(repository, request.pull_request)
    else:
        base, head = resolve_ref(repository, request.base), resolve_ref(repository, request.head)
    variables = {name: os.environ[name] for name in request.pass_through if name in os.environ}
    async with contextlib.AsyncExitStack() as stack:
        place = stack.enter_context(scratch(state_dir()))
        exported = [
            export(repository, ref.commit, place / name) for ref, name in ((base, "base"), (head, "head"))
        ]
        lent = [lend_version_files(opened.project.root, each.folder) for each in exported]
        notes = [
            *uncommitted(repository, head),
            *(note for each in lent for note in each),
            *dict.fromkeys(note for each in exported for note in each.notes),
        ]
        versions = []
        for name, each in zip(("base", "head"), exported, strict=True):
            described = opened.projects.project(
                each.folder, interpreter=str(opened.project.interpreter), tests=(), names=()
            )
            workshop = await stack.enter_async_context(open_workshop(described, request.mode, variables))
            benchmarks: Benchmarks = plugin("codeflash.benchmarks", described.language)(
                host=workshop.host, environment=variables, scratch=place / f"{name}-programs"
            )
            versions.append(Version(name, described, benchmarks))
            masked = f"masked in the sandbox: {', '.join(workshop.masked)}" if workshop.masked else ""
            notes += [
                *(f"not confined: {line}" for line in workshop.confinement.missing),
                *([masked] if masked else []),
            ]
        first, second = await _with_interpreters(opened.project, versions, request)
        if first.project.interpreter != second.project.interpreter:
            notes.append("the versions need different packages: each runs in an environment of its own")
        yield OpenVersions(base, head, (first, second), tuple(dict.fromkeys(notes)))


async def _with_interpreters(
    user: Project, versions: Sequence[Version], request: VersionsRequest
) -> tuple[Version, Version]:
    first, second = versions
    # A build is not confined: nobody has looked at a pull request's yet.
    may_build = not request.pull_request and request.mode is not Mode.REQUIRE
    programs = await first.benchmarks.interpreters(
        user, first.project.root, second.project.root, may_build=may_build
    )
    return (
        evolve(first, project=evolve(first.project, interpreter=programs[0])),
        evolve(second, project=evolve(second.project, interpreter=programs[1])),
    )


def uncommitted(repository: Repository, head: Ref) -> tuple[str, ...]:
    """What to say of a work tree that differs from the version that is checked out in it."""
    if repository.commit_of("HEAD") != head.commit:
        return ()
    changed = repository.changed(head.commit)
    if not changed:
        return ()
    few = ", ".join(changed[:3]) + (", ..." if len(changed) > 3 else "")
    return (f"uncommitted changes are not measured: {few}",)
