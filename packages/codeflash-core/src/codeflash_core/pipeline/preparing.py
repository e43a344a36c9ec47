"""A candidate made ready to run; what leaves the language and edits the workload is refused here."""

from __future__ import annotations

from pathlib import PurePosixPath

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Target, Workload
from codeflash_core.pipeline.settings import Engine


async def prepare_candidate(engine: Engine, target: Target, candidate: Candidate) -> Prepared:
    """The candidate's files with its static refusals; a durable step.

    Args:
        engine: What the run works with.
        target: The target.
        candidate: The change.
    """
    prepared = await engine.steps.once(
        f"prepare:{target.id}:{candidate.id}",
        Prepared,
        lambda: engine.language.prepare(engine.project, target, candidate),
    )
    return prepared.refused_as(workload_edits(engine.workload, target, prepared))


def workload_edits(workload: Workload, target: Target, prepared: Prepared) -> tuple[Cheat, ...]:
    """A cheat for the script of the workload where it changes; a script that holds the target may."""
    if workload.kind != "script" or workload.text:
        return ()
    script = {PurePosixPath(path) for path in workload.paths}
    changed = [
        path for path in prepared.side.changes if path != target.path and PurePosixPath(path) in script
    ]
    return tuple(Cheat(CheatKind.BENCHMARK_EDIT, f"changes {path}, the workload") for path in changed)
