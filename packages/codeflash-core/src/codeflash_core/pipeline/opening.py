"""From plain words to a request: project, workload, settings. Every door words its wishes so."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from attrs import evolve, field, frozen

from codeflash_core.errors import UsageError
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.assembly import plugins
from codeflash_core.pipeline.request import Request
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.language import Query
from codeflash_core.ports.projects import Interpreters, Projects
from codeflash_core.ports.sources import Source, SourceSettings
from codeflash_core.sandbox import Mode
from codeflash_core.service.address import PROJECT
from codeflash_core.settings import Settings, load_settings


@frozen
class Asked:
    """What somebody asks for, as they word it.

    Attributes:
        folder: Where they stand: paths are relative to it.
        targets: Names of targets.
        everything: All that the workload spends time in.
        changed_since: Only what changed since this git revision, where there is one.
        script: A command that uses the code, such as ``tools/report.py --fast``, or an empty string.
        workload: A script that uses the code, or an empty string.
        settings: Values by the keys of :mod:`codeflash_core.settings`; None is not set.
        resume: A run to go on with, or an empty string.
        held: Bytes of files as an editor holds them, whatever the disk does, by absolute path.
    """

    folder: Path
    targets: tuple[str, ...] = ()
    everything: bool = False
    changed_since: str = ""
    script: str = ""
    workload: str = ""
    settings: Mapping[str, Any] = field(factory=dict)
    resume: str = ""
    held: Mapping[Path, bytes] = field(factory=dict, repr=False)


@frozen
class Opened:
    """A project with its settings.

    Attributes:
        asked: What was asked for.
        project: The project.
        settings: All settings, those that were asked for included.
        projects: The backend's knowledge of projects.
    """

    asked: Asked
    project: Project
    settings: Settings
    projects: Projects


def open_project(asked: Asked) -> Opened:
    """The project that the targets belong to, with its settings.

    Raises:
        UsageError: There is no such file, or no project around it, or a setting is malformed.
        PrerequisiteError: The named interpreter is missing, or it is one that the project brings and that would be asked for
            its version outside the sandbox although that is not to be.
    """
    names = asked.targets
    start = asked.folder / names[0].partition("::")[0] if names else asked.folder
    projects = _projects_for(names)
    root = projects.root_of((start if start.exists() else asked.folder).resolve())
    settings = load_settings(root, asked.settings)
    inside = [name for name in (name_inside(asked.folder, root, name) for name in names) if name]
    project = projects.project(
        root,
        interpreter=settings["python"],
        tests=[name_inside(asked.folder, root, test) or test for test in settings["tests"]],
        names=inside,
        allowed=_interpreters(settings),
    )
    held = {
        path.relative_to(root).as_posix(): data
        for path, data in asked.held.items()
        if path.is_relative_to(root)
    }
    project = evolve(project, formatter=settings["formatter"], held=held)
    return Opened(asked, project, settings, projects)


def _interpreters(settings: Settings) -> Interpreters:
    """Which programs may run outside the sandbox, to be asked for their version."""
    if not settings["trusted"]:
        return Interpreters.NOT_ITS_OWN
    confined = Mode(settings["sandbox"]) is Mode.REQUIRE
    return Interpreters.NOT_ITS_FILES if confined else Interpreters.ANY


def backends() -> dict[str, Projects]:
    """What the registered backends know of projects, by language."""
    return {name: load() for name, load in sorted(plugins("codeflash.projects").items())}


def _projects_for(names: Iterable[str]) -> Projects:
    """The backend for the first file named; without one, or for a file of no backend, the first there is.

    Raises:
        UsageError: There is no backend at all.
    """
    known = list(backends().values())
    if not known:
        raise UsageError("no language backend is installed", "Install codeflash-python.")
    endings = [PurePath(name.partition("::")[0]).suffix for name in names]
    return next((each for each in known if any(end in each.suffixes for end in endings)), known[0])


def name_inside(folder: Path, root: Path, name: str) -> str | None:
    """A name given in a folder as the project sees it; None when it lies elsewhere."""
    path, mark, rest = name.partition("::")
    place = (folder / path).resolve()
    if place.is_relative_to(root) and (place.exists() or not (root / path).exists()):
        return f"{place.relative_to(root).as_posix()}{mark}{rest}"
    return None if Path(path).is_absolute() else name


def relative_names(opened: Opened) -> tuple[str, ...]:
    """Targets as the engine names them: relative to the project's root.

    Raises:
        UsageError: There is no such file, folder or function: nothing has to be started to see that.
    """
    project, found = opened.project, []
    for name in opened.asked.targets:
        inside = name_inside(opened.asked.folder, project.root, name)
        if inside is None:
            raise UsageError(f"{name} is not in the project {project.root}")
        if not (project.root / inside).is_dir():
            opened.projects.targets(project, (inside,))
        found.append(inside)
    return tuple(found)


def workload_of(asked: Asked, project: Project) -> Workload:
    """What shows the targets at work: a script when one is given, else the tests.

    Raises:
        UsageError: The script can't be read.
    """
    words = shlex.split(asked.script) if asked.script else [asked.workload] if asked.workload else []
    if words and words[0] in ("python", "python3") and len(words) > 1:
        words = words[1:]
    if not words:
        return Workload("tests", project.tests)
    try:
        text = (asked.folder / words[0]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise UsageError(f"can't read the workload {words[0]}: {why}") from problem
    path = (asked.folder / words[0]).resolve()
    inside = path.is_relative_to(project.root)
    name = path.relative_to(project.root).as_posix() if inside else path.name
    return Workload("script", (name,), tuple(words[1:]), "" if inside else text)


def request_of(
    opened: Opened,
    names: tuple[str, ...],
    *,
    words: tuple[str, ...],
    version: str,
    given: tuple[Source, ...] = (),
    reads: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
    outputs: tuple[str, ...] = (),
) -> tuple[Request, Query]:
    """The request behind what was asked for.

    Args:
        opened: The project with its settings.
        names: Targets, relative to the project's root.
        words: The words of the command that repeats it.
        version: Version of the program that asks.
        given: Sources that are handed in.
        reads: Digests of what else is read, by name.
        kept: Texts to keep with the record, by name.
        outputs: Paths that the run writes, relative to the root.
    """
    asked, settings = opened.asked, opened.settings
    query = Query(
        names=names,
        everything=asked.everything,
        changed_since=asked.changed_since,
        ignore=tuple(settings["ignore"]),
        within=tuple(settings["modules"]),
    )
    search = SearchSettings(
        seed=settings["seed"],
        budget_seconds=settings["budget"],
        float_tolerance=settings["float-tolerance"],
        most_money=settings["max-cost"] or None,
        most_calls=settings["max-calls"] or None,
    )
    request = Request(
        project=opened.project,
        workload=workload_of(asked, opened.project),
        settings=search,
        words=words,
        version=version,
        folder=asked.folder,
        mode=Mode(settings["sandbox"]),
        pass_through=tuple(settings["env"]),
        sources=() if given else _sources(settings),
        given=given,
        options={"service": service_settings(settings), "agent": agent_settings(settings)},
        resume=asked.resume,
        reads=reads or {},
        kept=kept or {},
        outputs=outputs,
    )
    return request, query


def as_judged(request: Request) -> Request:
    """A request about one change that somebody hands in: nothing is composed with it or dropped from it."""
    return evolve(request, settings=evolve(request.settings, rounds=1, minimize=False, confirmations=1))


def agent_settings(settings: Settings) -> SourceSettings:
    """How coding agents are run; which one stands in the source's name."""
    return SourceSettings(
        {"variant": "", "sandbox": str(settings["sandbox"]), "budget": str(settings["budget"])}
    )


def _sources(settings: Settings) -> tuple[str, ...]:
    """Names of the candidate sources.

    Raises:
        UsageError: A project's own file wants a coding agent to be run: it would spend the user's money, with the network open.
    """
    named = settings.values["sources"]
    agents = [name for name in named.value if name.partition(":")[0] == "agent"]
    if agents and named.origin.startswith(PROJECT):
        raise UsageError(
            f"{named.origin} wants the coding agent {agents[0]} to be run",
            f"If you want that, confirm it: --source {','.join(named.value)}",
        )
    return tuple(named.value)


def service_settings(settings: Settings) -> SourceSettings:
    """Where the AI service is. The key is never a setting: it comes from the variable alone."""
    address = settings.values["api-url"]
    return SourceSettings({"url": address.value, "origin": address.origin})
