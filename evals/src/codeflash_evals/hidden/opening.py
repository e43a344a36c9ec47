"""From a case to what its processes are asked."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codeflash_core.errors import PrerequisiteError
from codeflash_core.sandbox import Confinement
from codeflash_evals.cases.case import Case, Interpreter
from codeflash_evals.hidden.behaviour import CALLS
from codeflash_evals.hidden.building import Build
from codeflash_evals.hidden.chamber import OURS, Chamber
from codeflash_evals.hidden.measuring import Workload


def chamber_of(case: Case, scratch: Path, confinement: Confinement) -> Chamber:
    """Where the versions of a case run.

    Args:
        case: The case.
        scratch: A folder that is not there yet, for copies.
        confinement: How foreign code is held.

    Raises:
        PrerequisiteError: The program that the case is built or run with is not installed.
        StageError: The copies can't be written.
    """
    interpreter = case.interpreter or OURS
    build = None
    if case.build:
        build = Build(case.build, scratch / "cache", (_prefix(case, case.build[0]),))
    elif case.command:
        prefixes = (*interpreter.prefixes, _prefix(case, case.command[0]))
        interpreter = Interpreter(interpreter.path, prefixes)
    return Chamber(confinement, scratch, case.project, case.hidden, interpreter, build)


def _prefix(case: Case, program: str) -> Path:
    """The folder of a program's installation."""
    found = shutil.which(program)
    if found is None:
        raise PrerequisiteError(f"{program} is not installed", f"{case.id} is run with it.")
    return Path(found).resolve().parent.parent


def question_of(case: Case) -> Mapping[str, Any]:
    """What shows the behaviour of a version."""
    return {"way": "command", "words": list(case.command)} if case.command else CALLS


def workload_of(case: Case) -> Workload:
    """What shows the cost of a version."""
    return Workload(case.metric, case.module, case.command)
