"""Runs one agent on a private copy, until it ends or its time does."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path

from attrs import evolve, frozen

from codeflash_core.agents import gateway
from codeflash_core.agents.kinds import Driver, Errand, Told
from codeflash_core.agents.programs import Program
from codeflash_core.errors import AgentError
from codeflash_core.sandbox import Confinement, EndOfStream, Exit, Limits, Sandbox, Tree
from codeflash_core.sandbox.changes import Changes, changes_of
from codeflash_core.texts import one_paragraph

INSIDE = Path("/agent")
"""Where an agent sees its private home: agents put programs there, which they do not below the temporary folder."""
MOST_FILES = 20
MOST_BYTES = 2 * 1024 * 1024
_MIB = 1024 * 1024
_OUTPUT_BYTES = 32 * _MIB
_PROCESSES = 256
_BUSY_CORES = 4
"""Processor time that an agent may use, as a multiple of its wall time."""


@frozen
class Ran:
    """What came of an agent's work.

    Attributes:
        told: What it said.
        changes: What it changed.
        seconds: Wall time.
    """

    told: Told
    changes: Changes
    seconds: float


@frozen
class Workplace:
    """Where an agent works.

    Attributes:
        confinement: How it is confined.
        tree: The private copy.
        place: A scratch folder of its own.
        interpreter: The program that runs the project's code.
    """

    confinement: Confinement
    tree: Tree
    place: Path
    interpreter: Path

    @property
    def judges(self) -> list[str] | None:
        """The command of the engine's server for the agent; None where there is none, or nothing would confine what it runs."""
        return gateway.server_words(self.tree.project) if self.confinement.confined else None


async def run_agent(
    driver: Driver,
    program: Program,
    workplace: Workplace,
    passed: Mapping[str, str],
    *,
    task: str,
    model: str,
    seconds: float,
) -> Ran:
    """Run an agent to its end.

    Args:
        driver: The agent.
        program: Where it is.
        workplace: Where it works.
        passed: The variables that it is passed.
        task: What it is told, on its standard input.
        model: Its model, or an empty string.
        seconds: How long it may work.

    Raises:
        AgentError: It fails, is stopped, or says what can't be read.
        PrerequisiteError: It can't be started.
    """
    home = workplace.place / "home"
    home.mkdir()
    confined, judges = workplace.confinement.confined, workplace.judges
    inside = str(INSIDE if confined else home)
    errand = Errand(
        program=(str(program.path),),
        model=model,
        home=inside,
        environment=passed,
        judge=gateway.relay_words(inside) if judges else (),
        confined=confined,
        seconds=seconds,
    )
    _furnish(home, {**driver.files(errand), **({gateway.RELAY: gateway.relay_text()} if judges else {})})
    state = {
        "CODEFLASH_STATE_DIR": str(workplace.place / "state"),
        "CODEFLASH_PYTHON": str(workplace.interpreter),
    }
    async with contextlib.AsyncExitStack() as stack:
        if judges:
            await stack.enter_async_context(gateway.serving(judges, home, state))
        output, end, words = await _talk(driver, program, workplace, errand, task)
    told = _understood(driver, output, end, words, seconds)
    return Ran(
        told, changes_of(workplace.tree, most_files=MOST_FILES, most_bytes=MOST_BYTES), end.wall_seconds
    )


def _furnish(home: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


async def _talk(
    driver: Driver, program: Program, workplace: Workplace, errand: Errand, task: str
) -> tuple[bytes, Exit, str]:
    """Start the agent, tell it the task and hear it to its end."""
    limits = Limits(
        wall_seconds=errand.seconds,
        cpu_seconds=errand.seconds * _BUSY_CORES,
        memory_bytes=8192 * _MIB,
        address_space=False,
        processes=_PROCESSES,
        output_bytes=_OUTPUT_BYTES,
    )
    sandbox = Sandbox(workplace.confinement, workplace.place)
    shown = [
        *program.shown,
        *(Path(errand.environment[name]) for name in driver.kind.files if name in errand.environment),
    ]
    variables = {**driver.variables(errand), "HOME": errand.home}
    process = await sandbox.start(
        driver.words(errand),
        tree=workplace.tree,
        env=variables,
        limits=limits,
        read_only=[(path, path) for path in shown if path.is_absolute() and path.exists()],
        writable=[(workplace.place / "home", INSIDE)],
        interpreter_prefixes=(*program.prefixes, Path(sys.base_prefix), *_prefixes(workplace.interpreter)),
    )
    async with process:
        with contextlib.suppress(EndOfStream):
            await process.send(task.encode())
        await process.close_input()
        output = await process.receive_rest()
        end = await process.wait()
    lines = process.stderr_tail.decode(errors="replace").strip().splitlines()
    return output, end, one_paragraph(lines[-1], 300) if lines else ""


def _prefixes(interpreter: Path) -> tuple[Path, ...]:
    """An environment and the installation that it was made of, so that an agent may run the project's code."""
    home = interpreter.absolute().parent.parent
    if not (home / "pyvenv.cfg").is_file():
        # By itself a link that somebody put into a folder of programs; what lies around it is no installation.
        return (interpreter.resolve().parent.parent, interpreter.absolute())
    return (interpreter.resolve().parent.parent, home)


def _understood(driver: Driver, output: bytes, end: Exit, words: str, seconds: float) -> Told:
    """What the agent said.

    Raises:
        AgentError: It was stopped, failed, or said nothing that can be read.
    """
    name = driver.kind.program
    if end.breach == "wall":
        raise AgentError(
            f"{name} was stopped after {seconds:.0f} s, its share of the budget; --budget gives it longer"
        )
    if end.breach:
        raise AgentError(f"{name} was stopped: it passed the limit on {end.breach}")
    try:
        told = driver.read(output)
    except (ValueError, RecursionError):
        how = f"signal {end.signal}" if end.signal else f"{end.status}"
        why = words or "it said nothing that can be read"
        raise AgentError(f"{name} ended with {how}: {why}") from None
    if not told.failure and not end.ok:
        told = evolve(told, failure=words or f"it ended with {end.status}")
    if told.failure:
        why = one_paragraph(told.failure, 300)
        raise AgentError(
            f"{name} failed: {why}", passing=not told.refused, money=told.money, calls=told.calls
        )
    return told
