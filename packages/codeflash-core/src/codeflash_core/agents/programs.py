"""Finds an agent's program, what has to be shown of it in the sandbox, and its key."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from attrs import frozen

from codeflash_core.agents.kinds import Kind
from codeflash_core.errors import PrerequisiteError

_SHEBANG_BYTES = 200


@frozen
class Program:
    """An installed agent.

    Attributes:
        path: The program, links resolved.
        shown: What has to be shown of the disk, read-only, where it is.
        prefixes: The installation of the interpreter that runs it, where it is a script.
    """

    path: Path
    shown: tuple[Path, ...]
    prefixes: tuple[Path, ...] = ()


def find_program(kind: Kind, environment: Mapping[str, str], project: Path | None = None) -> Program:
    """Find an agent's program on the user's path, or where its variable says.

    Args:
        kind: The agent.
        environment: The user's variables.
        project: A folder that it must not come from.

    Raises:
        PrerequisiteError: There is none, or the project brings it.
    """
    named, search = environment.get(kind.override, ""), environment.get("PATH", "")
    found = shutil.which(named or kind.program, path=search)
    if found is None:
        where = (
            f"{kind.override} names {named}, which can't be run"
            if named
            else f"{kind.program} is not installed"
        )
        raise PrerequisiteError(
            f"the source agent:{kind.name} needs the program {kind.program}: {where}",
            f"Install it ({kind.install}), or set {kind.override} to the program.",
        )
    path = Path(found).resolve()
    prefixes = _interpreter_of(path, search)
    inside = [each for each in (path, *prefixes) if project and each.is_relative_to(project.resolve())]
    if inside:
        raise PrerequisiteError(
            f"the source agent:{kind.name} would run {inside[0]}, which the project brings",
            f"Set {kind.override} to a program outside of the project, and take the project off the search path.",
        )
    modules = next((parent for parent in path.parents if parent.name == "node_modules"), None)
    return Program(path, (modules or path,), prefixes)


def passed_variables(kind: Kind, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are passed to an agent.

    Raises:
        PrerequisiteError: There is no key among them.
    """
    if not any(environment.get(name) for name in kind.keys):
        raise PrerequisiteError(
            f"the source agent:{kind.name} has no key for its model: a login in the home folder is not seen in the sandbox",
            f"Set {kind.keys[0]} ({kind.sign_in}).",
        )
    return {name: environment[name] for name in (*kind.keys, *kind.passed) if environment.get(name)}


def secret_variables(kind: Kind, passed: Mapping[str, str]) -> dict[str, str]:
    """Those of the passed variables whose values must not be written down; an address is one where it holds a password.

    Args:
        kind: The agent.
        passed: What it is passed.
    """
    public = {*kind.public, *kind.files}
    if "@" not in passed.get(kind.address, "") and "?" not in passed.get(kind.address, ""):
        public.add(kind.address)
    return {name: value for name, value in passed.items() if name not in public}


def host_of(kind: Kind, passed: Mapping[str, str]) -> str:
    """Where the model of an agent is, without what may be secret in its address.

    Args:
        kind: The agent.
        passed: What it is passed.
    """
    try:
        parts = urlsplit(passed.get(kind.address, ""))
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    return f"{host}:{port}" if host and port else host or kind.vendor


def describe(kind: Kind, environment: Mapping[str, str]) -> str:
    """Where an agent is and what it would be passed, or what it lacks, for people; no values.

    Args:
        kind: The agent.
        environment: The user's variables.
    """
    try:
        program = find_program(kind, environment)
        passed = passed_variables(kind, environment)
    except PrerequisiteError as problem:
        return f"can't be used: {problem.message}"
    return f"{program.path}; passed to it: {', '.join(passed)}"


def _interpreter_of(path: Path, search: str) -> tuple[Path, ...]:
    """The prefix of the program that ``#!/usr/bin/env NAME`` finds."""
    try:
        with path.open("rb") as file:
            line = file.read(_SHEBANG_BYTES).partition(b"\n")[0].decode(errors="replace")
    except OSError:
        return ()
    words = line.removeprefix("#!").split()
    if not line.startswith("#!") or len(words) < 2 or not words[0].endswith("/env"):
        return ()
    found = shutil.which(words[-1], path=search)
    return (Path(found).resolve().parent.parent,) if found else ()
