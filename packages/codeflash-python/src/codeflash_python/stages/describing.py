"""Describe: what runs the project's code, and what is missing."""

from __future__ import annotations

from codeflash_core.errors import CodeflashError
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.target import Project
from codeflash_core.ports.language import Description
from codeflash_python.stages.bench import REPLAY_SECONDS, Bench


async def describe(bench: Bench, project: Project) -> Description:
    """The interpreter, its version, and the packages that matter to us."""
    facts = {"interpreter": str(project.interpreter)}
    try:
        interpreter = bench.interpreter(project)
    except CodeflashError as problem:
        return Description(facts, (problem.message, problem.hint))
    facts["version"] = ".".join(map(str, interpreter.version))
    program = bench.running(project, ())
    request = {"op": "setup", "root": ".", "roots": [], "preload": [], "features": True}
    answer = await bench.client.ask(ORIGINAL, program, request, wall=REPLAY_SECONDS)
    if answer.failure is not None:
        what = f"the interpreter does not run in the sandbox ({answer.failure.kind})"
        return Description(facts, (what, answer.failure.detail[-300:]))
    features = answer.data.get("features")
    for name, version in features.items() if isinstance(features, dict) else ():
        facts[str(name)] = str(version)
    # The results of a run rest on them: who resumes it after an upgrade is told.
    facts["packages"] = str(answer.data.get("installed", ""))[:64]
    return Description(facts)
