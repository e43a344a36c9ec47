"""Composes, checks and writes one folder per overlay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from .layers import HOOKS, MANIFEST, SERVERS, Source, lay_over, overlays, read_layer, rewritten
from .manifests import document, merged_hooks, merged_manifest, merged_servers, version_of
from .parts import check_agents, check_hooks, check_servers, check_skills
from .problem import Broken, Problem
from .references import check_texts

FIRST_MOMENT = 315532800
"""1980-01-01, the oldest time that every archive format can hold; ``SOURCE_DATE_EPOCH`` wins."""


def compose(plugin: Path, overlay: Path, project: Path) -> dict[str, Source]:
    """The files of an assembled plugin, by path, sorted.

    Args:
        plugin: The folder of the base.
        overlay: The folder of one language.
        project: The ``pyproject.toml`` that says the version.

    Raises:
        Broken: it must not be shipped.
    """
    problems: list[Problem] = []
    language = overlay.name
    base = read_layer(plugin, plugin, problems, without=("languages",))
    above = read_layer(overlay, plugin, problems)
    if not set(above) - {MANIFEST}:
        problems.append(
            Problem(
                f"plugin/languages/{language}", 1, "an empty overlay", "give it agents, skills or references"
            )
        )
    manifest = merged_manifest(base, above, language, version_of(project, problems), problems)
    hooks = merged_hooks(base, above, problems)
    servers = merged_servers(base, above, problems)
    made = {
        path: rewritten(source, path, language) for path, source in lay_over(base, above, problems).items()
    }
    for path, value in ((MANIFEST, manifest), (HOOKS, hooks), (SERVERS, servers)):
        if value:
            origin = (above if path in above and path not in base else base).get(path)
            name = origin.origin if origin else f"plugin/{path}"
            made[path] = rewritten(Source(name, document(value), False), path, language)
    problems += check_texts(made)
    problems += check_agents(made, language)
    problems += check_skills(made, language)
    problems += check_hooks(hooks, made, [layer[HOOKS] for layer in (base, above) if HOOKS in layer])
    problems += check_servers(servers, made, [layer[SERVERS] for layer in (base, above) if SERVERS in layer])
    if problems:
        raise Broken(problems)
    return dict(sorted(made.items()))


def write(files: Mapping[str, Source], target: Path) -> None:
    """Replace a folder; modes and times are the same on every machine.

    Raises:
        OSError: a file cannot be written.
    """
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or FIRST_MOMENT)
    shutil.rmtree(target, ignore_errors=True)
    for path, source in files.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(source.content)
        file.chmod(0o755 if source.executable else 0o644)
        os.utime(file, (moment, moment))
    for folder in sorted((path for path in target.rglob("*") if path.is_dir()), reverse=True):
        folder.chmod(0o755)
        os.utime(folder, (moment, moment))
    target.chmod(0o755)
    os.utime(target, (moment, moment))


def assemble(plugin: Path, output: Path, project: Path) -> dict[Path, int]:
    """Write ``dist-<language>`` of every overlay; returns the folders with the number of their files.

    Raises:
        Broken: one of them must not be shipped; none was written.
    """
    composed: dict[str, dict[str, Source]] = {}
    problems: list[Problem] = []
    for overlay in overlays(plugin):
        try:
            composed[overlay.name] = compose(plugin, overlay, project)
        except Broken as broken:
            problems += broken.problems
    if problems:
        raise Broken(problems)
    made = {}
    for language, files in composed.items():
        target = output / f"dist-{language}"
        write(files, target)
        made[target] = len(files)
    return made
