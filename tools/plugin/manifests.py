"""Merges what both layers may have: the manifest, the hooks and the servers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .layers import HOOKS, MANIFEST, SERVERS, Source
from .problem import Problem

OWN = {"name": "it is codeflash-<language>", "version": "it stands in pyproject.toml"}
REQUIRED = ("description", "author", "license")
KNOWN = {"description", "author", "license", "keywords", "homepage", "repository", "displayName"}


def version_of(project: Path, problems: list[Problem]) -> str:
    """The one place that says the version: ``project.version`` of ``pyproject.toml``."""
    try:
        told = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("version", "")
    except (OSError, tomllib.TOMLDecodeError) as problem:
        problems.append(Problem(project.name, 1, f"cannot be read: {problem}", "repair it"))
        return "0.0.0"
    if not re.fullmatch(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?", str(told)):
        problems.append(
            Problem(project.name, 1, f"the version {told!r} is none", "set project.version to X.Y.Z")
        )
        return "0.0.0"
    return str(told)


def read_object(source: Source, problems: list[Problem]) -> dict[str, Any]:
    """The JSON object of a file; an empty one, and a problem, when there is none."""
    try:
        told = json.loads(source.text)
    except json.JSONDecodeError as problem:
        problems.append(Problem(source.origin, problem.lineno, f"invalid JSON: {problem.msg}", "repair it"))
        return {}
    if not isinstance(told, dict):
        problems.append(Problem(source.origin, 1, "not a JSON object", "write {...}"))
        return {}
    return told


def merged_manifest(
    base: Mapping[str, Source],
    overlay: Mapping[str, Source],
    language: str,
    version: str,
    problems: list[Problem],
) -> dict[str, Any]:
    """The base's manifest with the overlay's words over it; keywords of both."""
    made: dict[str, Any] = {"name": f"codeflash-{language}", "version": version}
    keywords: list[Any] = []
    for layer, which in ((base, "plugin"), (overlay, f"plugin/languages/{language}")):
        source = layer.get(MANIFEST)
        if source is None:
            problems.append(
                Problem(f"{which}/{MANIFEST}", 1, "is missing", 'write at least {"description": "..."}')
            )
            continue
        told = read_object(source, problems)
        for key in told:
            if key in OWN:
                problems.append(
                    Problem(
                        source.origin,
                        line_of(source, key),
                        f"says {key!r} itself",
                        f"leave it out: {OWN[key]}",
                    )
                )
            elif key not in KNOWN:
                problems.append(
                    Problem(
                        source.origin,
                        line_of(source, key),
                        f"unknown key {key!r}",
                        f"use one of {', '.join(sorted(KNOWN))}",
                    )
                )
        keywords += told.pop("keywords", [])
        made.update({key: value for key, value in told.items() if key in KNOWN})
    for key in REQUIRED:
        if key not in made and MANIFEST in base:
            problems.append(Problem(base[MANIFEST].origin, 1, f"no {key!r}", "write it"))
    if keywords:
        made["keywords"] = list(dict.fromkeys(keywords))
    return made


def merged_hooks(
    base: Mapping[str, Source], overlay: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Any]:
    """The hooks of both layers, the base's first."""
    made: dict[str, Any] = {}
    for layer in (base, overlay):
        if HOOKS not in layer:
            continue
        told = read_object(layer[HOOKS], problems)
        made.setdefault("description", told.get("description", ""))
        events = told.get("hooks", {})
        if isinstance(events, dict):
            for event, matchers in events.items():
                made.setdefault("hooks", {}).setdefault(event, []).extend(
                    matchers if isinstance(matchers, list) else []
                )
    return made


def merged_servers(
    base: Mapping[str, Source], overlay: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Any]:
    """The servers of both layers; one name in both is a clash."""
    made: dict[str, Any] = {}
    for layer in (base, overlay):
        if SERVERS not in layer:
            continue
        servers = read_object(layer[SERVERS], problems).get("mcpServers")
        if not isinstance(servers, dict):
            problems.append(
                Problem(layer[SERVERS].origin, 1, "no 'mcpServers'", 'write {"mcpServers": {...}}')
            )
            continue
        for name in servers.keys() & made.keys():
            problems.append(
                Problem(
                    layer[SERVERS].origin,
                    line_of(layer[SERVERS], name),
                    f"the server {name!r} is the base's",
                    "choose another name",
                )
            )
        made.update(servers)
    return {"mcpServers": made} if made else {}


def line_of(source: Source, word: str) -> int:
    """The first line that holds a word; 1 when none does."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if word in line:
            return number
    return 1


def document(value: Mapping[str, Any]) -> bytes:
    """The JSON that is shipped."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
