"""How a run begins: what it rests on, and what its record and its report say of it."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.model.parts import Part, off_sentence
from codeflash_core.pipeline.assembly import Workshop, plugin
from codeflash_core.pipeline.dependencies import fingerprint, refuse_changes
from codeflash_core.pipeline.request import Request
from codeflash_core.pipeline.run import RunIdentity
from codeflash_core.ports.language import Description
from codeflash_core.ports.sources import Source, SourceSettings
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.fingerprint import Fingerprint, read_fingerprint
from codeflash_core.records.journal import Journal, disk_errors
from codeflash_core.records.reading import Past
from codeflash_core.sources.recorded import RECORDED, recorded_sources


def rests_on(request: Request, workshop: Workshop, description: Description) -> Fingerprint:
    """What the run's results depend on."""
    more = {
        "codeflash": request.version,
        "the sources": " ".join([*request.sources, *(source.name for source in request.given)]),
        "the variables let through": " ".join(request.pass_through),
        **request.reads,
    }
    project, workload = request.project, request.workload
    return fingerprint(project, workload, request.settings, workshop, description, more, request.outputs)


def take_up(request: Request, past: Past, journal: Journal, blobs: BlobStore, now: Fingerprint) -> None:
    """Write down what a new run rests on, or see that it is still so."""
    if past.inputs:
        refuse_changes(str(past.header.get("run")), past.words, read_fingerprint(past.inputs, blobs), now)
    else:
        journal.append("inputs", now.record(blobs))
    if request.resume:
        journal.append("resumed", {"at": _now()})


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def header_of(request: Request, folder: Path) -> dict[str, Any]:
    """The first line of the run's record; what is to be kept for it is written beforehand."""
    for name, text in request.kept.items():
        with disk_errors(folder / name):
            (folder / name).write_text(text, encoding="utf-8", newline="")
    return {
        "run": folder.name,
        "started": _now(),
        "project": str(request.project.root),
        "cwd": str(request.folder or Path.cwd()),
        "arguments": [str(folder / word) if word in request.kept else word for word in request.words],
        "version": request.version,
        "seed": request.settings.seed,
    }


def identity_of(
    header: Mapping[str, Any], folder: Path, workshop: Workshop, without: Iterable[Part] = ()
) -> RunIdentity:
    """What the report says of the run."""
    words: Sequence[str] = header.get("arguments", ())
    off = off_sentence(without)
    masked = [f"masked in the sandbox: {', '.join(workshop.masked)}"] if workshop.masked else []
    return RunIdentity(
        run=folder.name,
        command=shlex.join(["codeflash", *words]),
        started=str(header.get("started", "")),
        version=str(header.get("version", "")),
        sandbox=workshop.confinement.mechanism,
        unconfined=workshop.confinement.missing,
        notes=(*masked, *([off] if off else [])),
    )


def sources_of(
    request: Request, secrets: Callable[[str], tuple[str, ...]], current: str
) -> tuple[Source, ...]:
    """Who proposes: what was handed in, then the named ones.

    Args:
        request: What is asked for.
        secrets: Values in a text that are not to leave this machine.
        current: The run's name.

    Raises:
        UsageError: There is no such source, no such recording, or one of a name twice.
    """
    found: list[Source] = list(request.given)
    for name in request.sources:
        kind, _, run = name.partition(":")
        if kind == RECORDED:
            found += recorded_sources(run, request.state, current)
            continue
        told = {kind: evolve(each, secrets=secrets) for kind, each in request.options.items()}
        found.append(_named(name, told))
    names = [each.name for each in found]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise UsageError(
            f"two of the sources are called {twice}", "Name a source or a recording of it, once."
        )
    return tuple(found)


def _named(name: str, options: Mapping[str, SourceSettings]) -> Source:
    """A source by its name; one that comes in variants is told which: what stands after the first colon.

    Raises:
        UsageError: There is none of that name.
        PrerequisiteError: It lacks something.
    """
    kind, _, variant = name.partition(":")
    settings = options.get(kind)
    if settings is None or "variant" not in settings.options:
        source: Source = plugin("codeflash.sources", name)(*([settings] if settings else []))
    else:
        told = evolve(settings, options={**settings.options, "variant": variant})
        source = plugin("codeflash.sources", kind)(told)
    return source


def python_of(description: Description) -> tuple[int, int]:
    """Version of the target's interpreter, 3.11 where it is not told."""
    parts = description.facts.get("version", "3.11").split(".")
    try:
        return int(parts[0]), int(parts[1])
    except (ValueError, IndexError):
        return (3, 11)
