"""The guard command: the project's own last word on a candidate, heard in the sandbox."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from codeflash_core.experiments.values import GuardOutcome
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.sandbox import Confinement, Limits, Sandbox, copy_project, with_changes
from codeflash_core.sandbox.leftovers import scratch

GUARD_SECONDS = 600.0
SHOWN = 2000
"""Characters of its last output that are kept."""


async def run_guard(
    command: str, project: Project, side: Side, confinement: Confinement, state: Path
) -> GuardOutcome:
    """Run the command in a private copy that holds the candidate.

    Args:
        command: A line for the shell; the project's interpreter is first on its path.
        project: The project; it is not touched.
        side: The candidate's files.
        confinement: How foreign code is confined.
        state: Where scratch folders go.

    Returns:
        That it passed, or how it ended otherwise: whatever is no exit with 0 has failed.
    """
    with scratch(state) as place:
        base = copy_project(project.root, place / "base", confinement)
        tree = with_changes(base, side.changes, place / "guarded")
        process = await Sandbox(confinement, place).start(
            _shell(command),
            tree=tree,
            env={"PATH": _path(project), "PYTHONDONTWRITEBYTECODE": "1"},
            limits=Limits(wall_seconds=GUARD_SECONDS, cpu_seconds=GUARD_SECONDS),
            interpreter_prefixes=_prefixes(project),
        )
        async with process:
            await process.close_input()
            out = await process.receive_rest()
            end = await process.wait()
            said = (out + b"\n" + process.stderr_tail).decode(errors="replace").strip()
    if end.ok:
        return GuardOutcome(command, passed=True)
    how = end.breach or (f"signal {end.signal}" if end.signal else f"exit status {end.status}")
    return GuardOutcome(command, passed=False, detail=f"{how}: {said[-SHOWN:]}" if said else how)


def _shell(command: str) -> list[str]:
    return ["cmd", "/c", command] if sys.platform == "win32" else ["/bin/sh", "-c", command]


def _path(project: Project) -> str:
    inherited = os.environ.get("PATH", "") if sys.platform == "win32" else "/usr/local/bin:/usr/bin:/bin"
    return os.pathsep.join([str(project.interpreter.parent), inherited])


def _prefixes(project: Project) -> tuple[Path, ...]:
    """The interpreter's installation, and its environment where it has one."""
    programs = (project.interpreter.absolute(), project.interpreter.resolve())
    return tuple(dict.fromkeys(program.parent.parent for program in programs))
