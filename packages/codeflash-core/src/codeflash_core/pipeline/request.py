"""What a door asks of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.sources import Source, SourceSettings
from codeflash_core.sandbox import Mode


@frozen
class Request:
    """What a door asks for.

    Attributes:
        project: The project.
        workload: What shows the targets at work.
        settings: How to search.
        words: The command's words, to repeat and to resume it.
        version: Version of the program that asks.
        folder: Where the words were said, or None for the current folder.
        mode: How much confinement is asked for.
        pass_through: Names of the user's variables that foreign code may see.
        sources: Names of the candidate sources.
        given: Sources that are not named but handed in, such as a patch.
        options: What named sources are configured with, by name; the others take none.
        resume: A run to go on with, or an empty string.
        state: The state folder, or None for the user's.
        reads: Digests of what else the run depends on, by name, such as a candidate's file.
        kept: Texts that are kept in the run's folder, by name; a word that is such a name stands for that file.
        outputs: Paths that the run writes, relative to the root.
    """

    project: Project
    workload: Workload
    settings: SearchSettings
    words: tuple[str, ...]
    version: str
    folder: Path | None = None
    mode: Mode = Mode.AUTO
    pass_through: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("rewrites",)
    given: tuple[Source, ...] = ()
    options: Mapping[str, SourceSettings] = field(factory=dict)
    resume: str = ""
    state: Path | None = None
    reads: Mapping[str, str] = field(factory=dict)
    kept: Mapping[str, str] = field(factory=dict)
    outputs: tuple[str, ...] = ()
