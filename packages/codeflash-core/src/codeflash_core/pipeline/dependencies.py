"""What a run rests on: taken down when it begins, compared when it is taken up again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from codeflash_core.errors import UsageError
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.assembly import Workshop
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.language import Description
from codeflash_core.records.fingerprint import Fingerprint, described_files, differences, digest_of

NAMED = 5
"""Most changes named in a message."""


def fingerprint(
    project: Project,
    workload: Workload,
    settings: SearchSettings,
    workshop: Workshop,
    description: Description,
    more: Mapping[str, str],
    outputs: tuple[str, ...] = (),
) -> Fingerprint:
    """Everything that decides what a run finds.

    Args:
        project: The project.
        workload: What shows the targets at work.
        settings: How it searches.
        workshop: The private copy and how foreign code is confined.
        description: What runs the project's code.
        more: Further facts of the request, such as the program's version.
        outputs: Paths that the run itself writes, relative to the root.
    """
    facts = {
        "the interpreter": _resolved(project.interpreter),
        "the import path": " ".join(project.import_roots),
        "the tests": " ".join(project.tests),
        "the formatter": " ".join(project.formatter),
        "the workload": _named(workload),
        "the sandbox": workshop.confinement.mechanism,
        **{
            f"the setting {name}": told(value)
            for name, value in attrs.asdict(settings, recurse=False).items()
        },
        **{
            f"the interpreter's {name}": value
            for name, value in description.facts.items()
            if name != "interpreter"
        },
        **more,
    }
    return Fingerprint(described_files(workshop.entries), facts, outputs)


def refuse_changes(run: str, words: tuple[str, ...], before: Fingerprint, after: Fingerprint) -> None:
    """Stop where a run's recorded results no longer say anything about what is there now.

    Raises:
        UsageError: Something that the run rests on is not as it was.
    """
    found = differences(before, after)
    if not found:
        return
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    raise UsageError(
        f"run {run} can't go on, its results rest on what has changed since: {', '.join(found[:NAMED])}{more}",
        f"Undo that, or start a new run: {shlex.join(['codeflash', *words])}",
    )


def told(value: Any) -> str:
    """A setting's value as text, the same in every process: sets in order."""
    return " ".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


def _resolved(interpreter: Path) -> str:
    try:
        return str(interpreter.resolve())
    except OSError:
        return str(interpreter)


def _named(workload: Workload) -> str:
    words: list[Any] = [workload.kind, *workload.paths, *workload.arguments]
    if workload.text:
        words.append(f"({digest_of(workload.text)})")
    return " ".join(map(str, words))
