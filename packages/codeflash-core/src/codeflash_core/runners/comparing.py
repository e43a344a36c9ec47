"""``compare BASE HEAD`` on another machine: the request goes there as commits and words, the answer comes back as a document."""

from __future__ import annotations

import getpass
import json
import platform
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from codeflash_core.errors import PrerequisiteError, StageError, UsageError
from codeflash_core.git.exporting import Ref, resolve_ref
from codeflash_core.git.repository import Repository, find_repository
from codeflash_core.pipeline.events import Listener, Noted
from codeflash_core.pipeline.opening import Asked, open_project
from codeflash_core.records.case_place import origin_names, slug
from codeflash_core.runners.connection import Connection
from codeflash_core.runners.jobs import STOPPED, Ended, Job, Patience, RemoteRun
from codeflash_core.versions.opening import uncommitted
from codeflash_core.versions.reading import comparison_of
from codeflash_core.versions.values import DELTA, VersionsComparison, VersionsRequest

_WHO = 40


@frozen
class There:
    """A comparison that was made on another machine.

    Attributes:
        found: The comparison.
        document: Its document, with where it ran.
    """

    found: VersionsComparison
    document: Mapping[str, Any]


@frozen
class Elsewhere:
    """Where a comparison is made.

    Attributes:
        connection: The machine.
        name: What the user calls it.
        setup: A command that is run in the checkout there before; empty for none.
        patience: How long a broken connection is tried again.
        version: What codeflash calls itself here; there it has to be the same. Any when empty.
    """

    connection: Connection
    name: str
    setup: str = ""
    patience: Patience = field(factory=Patience)
    version: str = ""


async def compare_there(
    request: VersionsRequest, place: Elsewhere, emit: Listener, deliver: Callable[[There], None]
) -> There:
    """Measure two versions against each other on another machine.

    What was interrupted here goes on there; the same request finds it again.

    Args:
        request: What is compared; the interpreter is one of that machine.
        place: The machine.
        emit: Hears of progress.
        deliver: Takes the answer. Only then it is taken away from the machine.

    Raises:
        UsageError: There is no such commit, or no repository.
        ConnectionLost: The machine can't be reached, or no longer.
        PrerequisiteError: Something is missing here or there, or the versions of codeflash differ.
        StageError: It can't be measured there.
    """
    repository, base, head = _versions(request)
    run = RemoteRun(place.connection, _job(request, place, repository, base, head), emit, place.patience)
    try:
        ended = await run.run(repository, place.version)
        try:
            document = _document(ended, place)
        except StageError:
            # An answer that says why there is none is not worth keeping; one that can't be read here is.
            await _take_away(run, emit)
            raise
        there = _answer(document, ended, place, run, base, head, uncommitted(repository, head))
        deliver(there)
    except BaseException as problem:
        if run.begun:
            problem.add_note(_how_to_attach(place))
        raise
    await _take_away(run, emit)
    return there


async def _take_away(run: RemoteRun, emit: Listener) -> None:
    """Clear the job; what keeps us from that is a note, since the answer is here."""
    try:
        await run.clear()
    except (StageError, PrerequisiteError) as problem:
        emit(Noted(f"{problem.message}: the result still lies there, until the same command takes it away"))


async def stop_there(request: VersionsRequest, place: Elsewhere, emit: Listener) -> str:
    """End the comparison on another machine, and take it away there.

    Returns:
        How it ended: ``absent`` where there was none, ``finished``, or ``dead`` where it could leave no result.

    Raises:
        UsageError: There is no such commit, or no repository.
        ConnectionLost: The machine can't be reached.
        PrerequisiteError: Something is missing here or there.
        StageError: It does not end.
    """
    repository, base, head = _versions(request)
    job = _job(request, place, repository, base, head)
    return await RemoteRun(place.connection, job, emit, place.patience).stop()


def _versions(request: VersionsRequest) -> tuple[Repository, Ref, Ref]:
    root = open_project(Asked(request.folder)).project.root
    repository = find_repository(root)
    if repository is None:
        raise UsageError(f"{root} is in no git repository", "Versions are named by git refs.")
    return repository, resolve_ref(repository, request.base), resolve_ref(repository, request.head)


def _job(request: VersionsRequest, place: Elsewhere, repository: Repository, base: Ref, head: Ref) -> Job:
    names = origin_names(repository.origin()) or ("local", repository.top.resolve().name)
    return Job(
        project=slug("-".join(names)),
        prefix=repository.prefix,
        base=base.commit,
        head=head.commit,
        words=_words(request),
        setup=place.setup,
        python=request.interpreter,
        who=_who(repository),
        client=f"{platform.node()}:{repository.project.resolve()}",
    )


def _words(request: VersionsRequest) -> tuple[str, ...]:
    """The options of ``compare`` that say the same there."""
    words = [
        f"--budget={request.budget_seconds:.3f}s",
        f"--seed={request.seed}",
        f"--sandbox={request.mode.value}",
    ]
    for option, values in (
        ("--benchmarks", request.benchmarks),
        ("--functions", request.functions),
        ("--import-time", request.modules),
        ("--env", request.pass_through),
    ):
        words += [option, *values] if values else []
    if request.memory:
        words.append("--memory")
    if request.delta != DELTA:
        # A smaller difference counts where a smaller regression was asked for.
        words.append(f"--fail-on-regression={100 * request.delta:g}%")
    return tuple(words)


def _who(repository: Repository) -> str:
    """Who asks, for those who wait behind: one line of plain letters."""
    try:
        name = repository.setting("user.name") or getpass.getuser()
    except (OSError, KeyError):
        name = "somebody"
    plain = "".join(each if each.isalnum() or each in " .-" else " " for each in name)
    return " ".join(plain.encode("ascii", "ignore").decode().split())[:_WHO] or "somebody"


def _answer(
    document: Mapping[str, Any],
    ended: Ended,
    place: Elsewhere,
    run: RemoteRun,
    base: Ref,
    head: Ref,
    notes: tuple[str, ...],
) -> There:
    found = comparison_of(document)
    if (found.base.commit, found.head.commit) != (base.commit, head.commit):
        raise StageError("measure", f"{place.name} measured other commits than those asked for")
    told = {"name": place.name, "destination": str(place.connection.destination), "codeflash": ended.version}
    found = evolve(found, base=base, head=head, notes=(*notes, *found.notes))
    named = {
        side: {"name": ref.name, "commit": ref.commit, "subject": ref.subject}
        for side, ref in (("base", base), ("head", head))
    }
    return There(found, {**document, **named, "notes": list(found.notes), "ran_on": {**told, "job": run.id}})


def _document(ended: Ended, place: Elsewhere) -> dict[str, Any]:
    if ended.status == STOPPED:
        raise StageError("measure", f"the comparison on {place.name} was stopped", "Run it again.")
    try:
        document = json.loads(ended.out or b"{}")
    except ValueError:
        document = {}
    if isinstance(document, dict) and "rows" in document:
        return document
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        raise StageError(
            "measure", f"on {place.name}: {error.get('message', '')}", str(error.get("hint", ""))
        )
    raise StageError(
        "measure",
        f"on {place.name}: {ended.last_words or f'codeflash ended with {ended.status}'}",
        f"codeflash there: {ended.version or 'unknown'}. See: codeflash vm doctor --help",
    )


def _how_to_attach(place: Elsewhere) -> str:
    return f"It goes on on {place.name}: the same command attaches to it again, with --stop it ends it."
