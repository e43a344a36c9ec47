"""From the words of a command to a request: project, workload, settings."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import stat
import sys
from collections.abc import Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve

from codeflash_cli import __version__
from codeflash_core.errors import UsageError
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.ending import how_ended
from codeflash_core.pipeline.session import Request
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.language import Query
from codeflash_core.ports.sources import Source, SourceSettings
from codeflash_core.records.runs import RunState
from codeflash_core.sandbox import Mode
from codeflash_core.settings import Settings, load_settings
from codeflash_python.discovery.project import find_project
from codeflash_python.discovery.roots import find_root
from codeflash_python.discovery.targets import list_targets

T = TypeVar("T")


def settings_of(options: argparse.Namespace, root: Path) -> Settings:
    """All settings, flags included; what is not understood is said on stderr."""
    flags = {
        "tests": getattr(options, "tests", None),
        "budget": getattr(options, "budget", None),
        "sandbox": getattr(options, "sandbox", None),
        "float-tolerance": getattr(options, "float_tolerance", None),
        "sources": getattr(options, "source", None),
        "env": getattr(options, "env", None),
        "python": getattr(options, "python", None),
        "seed": getattr(options, "seed", None),
    }
    settings = load_settings(root, flags)
    for warning in settings.warnings:
        print(f"codeflash: {warning}", file=sys.stderr)
    return settings


def project_of(options: argparse.Namespace, names: tuple[str, ...]) -> tuple[Project, Settings]:
    """The project that the targets belong to, with its settings.

    Raises:
        UsageError: There is no such file, or no project around it.
    """
    start = Path(names[0].partition("::")[0]) if names else Path.cwd()
    root = find_root((start if start.exists() else Path.cwd()).resolve())
    settings = settings_of(options, root)
    inside = [name for name in (_inside(root, name) for name in names) if name]
    project = find_project(
        root,
        python=settings["python"],
        tests=[_inside(root, test) or test for test in settings["tests"]],
        names=inside,
    )
    return evolve(project, formatter=settings["formatter"]), settings


def _inside(root: Path, name: str) -> str | None:
    """A name given in the current folder as the project sees it; None when it lies elsewhere."""
    path, mark, rest = name.partition("::")
    place = Path(path).resolve()
    if place.is_relative_to(root) and (place.exists() or not (root / path).exists()):
        return f"{place.relative_to(root).as_posix()}{mark}{rest}"
    return None if Path(path).is_absolute() else name


def relative_names(project: Project, names: tuple[str, ...]) -> tuple[str, ...]:
    """Targets as the engine names them: relative to the project's root.

    Raises:
        UsageError: There is no such file, folder or function: nothing has to be started to see that.
    """
    found = []
    for name in names:
        inside = _inside(project.root, name)
        if inside is None:
            raise UsageError(f"{name} is not in the project {project.root}")
        if not (project.root / inside).is_dir():
            list_targets(project, (inside,))
        found.append(inside)
    return tuple(found)


def workload_of(options: argparse.Namespace, project: Project) -> Workload:
    """What shows the targets at work: a script when one is given, else the tests.

    Raises:
        UsageError: The script can't be read.
    """
    import shlex

    command = getattr(options, "script", None)
    script = getattr(options, "workload", None)
    words = shlex.split(command) if command else [script] if script else []
    if words and words[0] in ("python", "python3") and len(words) > 1:
        words = words[1:]
    if not words:
        return Workload("tests", project.tests)
    try:
        text = Path(words[0]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise UsageError(f"can't read the workload {words[0]}: {why}") from problem
    path = Path(words[0]).resolve()
    inside = path.is_relative_to(project.root)
    name = path.relative_to(project.root).as_posix() if inside else path.name
    return Workload("script", (name,), tuple(words[1:]), "" if inside else text)


def request_of(
    options: argparse.Namespace,
    names: tuple[str, ...],
    opened: tuple[Project, Settings],
    given: tuple[Source, ...] = (),
    reads: Mapping[str, str] | None = None,
) -> tuple[Request, Query]:
    """The request behind a command.

    Args:
        options: The command's options.
        names: Targets, relative to the project's root.
        opened: The project with its settings.
        given: Sources that are handed in.
        reads: Digests of what else is read, by name.
    """
    project, settings = opened
    query = Query(
        names=names,
        everything=bool(getattr(options, "everything", False)),
        changed_since=getattr(options, "diff", None) or "",
        ignore=tuple(settings["ignore"]),
        within=tuple(settings["modules"]),
    )
    search = SearchSettings(
        seed=settings["seed"],
        budget_seconds=settings["budget"],
        float_tolerance=settings["float-tolerance"],
    )
    request = Request(
        project=project,
        workload=workload_of(options, project),
        settings=search,
        words=tuple(options.words),
        version=__version__,
        mode=Mode(settings["sandbox"]),
        pass_through=tuple(settings["env"]),
        sources=() if given else tuple(settings["sources"]),
        given=given,
        options={"service": service_settings(settings)},
        resume=getattr(options, "resume", None) or "",
        reads=reads or {},
        outputs=outputs_of(options, project.root),
    )
    return request, query


def service_settings(settings: Settings) -> SourceSettings:
    """Where the AI service is. The key is never a setting: it comes from the variable alone."""
    address = settings.values["api-url"]
    return SourceSettings({"url": address.value, "origin": address.origin})


def outputs_of(options: argparse.Namespace, root: Path) -> tuple[str, ...]:
    """Paths in the project that this command writes: they may change while a run rests on all others."""
    written = [Path(name).resolve() for name in (options.report, getattr(options, "patch", None)) if name]
    for stream in (1, 2):
        # A result or a log that the shell sends to a file of the project.
        with contextlib.suppress(OSError, ValueError):
            if stat.S_ISREG(os.fstat(stream).st_mode):
                written.append(Path(f"/proc/self/fd/{stream}").resolve())
    return tuple(path.relative_to(root).as_posix() for path in written if path.is_relative_to(root))


@contextlib.contextmanager
def offer_to_go_on(run: str) -> Iterator[None]:
    """Say how to go on with a run that is interrupted: at once, and in a note for whoever tells the error."""
    try:
        yield
    except BaseException as problem:
        if how_ended(problem) is RunState.INTERRUPTED:
            print(f"codeflash: to go on: codeflash runs resume {run}", file=sys.stderr)
            problem.add_note(f"To go on: codeflash runs resume {run}")
        raise


def run_until_done(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C and SIGTERM cancel the work, which cleans up after itself.

    Raises:
        KeyboardInterrupt: It was interrupted.
    """

    async def guarded() -> T:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, task.cancel)
        try:
            return await task
        except asyncio.CancelledError as cancelled:
            interruption = KeyboardInterrupt()
            for note in getattr(cancelled, "__notes__", ()):
                interruption.add_note(note)
            raise interruption from None

    return asyncio.run(guarded())
