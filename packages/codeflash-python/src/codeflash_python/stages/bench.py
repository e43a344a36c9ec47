"""What every stage works with: the interpreter, the programs, and replays of the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.hosts import Answer, Failure, Host, Program
from codeflash_python.runtime.client import Client
from codeflash_python.runtime.interpreter import Interpreter, probe
from codeflash_python.runtime.program import Programs, address
from codeflash_python.tests.outcomes import TestRun

HASH_SEEDS = (1, 2)
"""Values of ``PYTHONHASHSEED`` under which behaviour is compared."""
CHECKING = ("load", "replay", "faults", "render", "stir")
GROWING = ("load", "grow", "shrink")
REPLAY_SECONDS = 60.0
IMPORT_FAILURES = ("import", "exit", "crash", "timeout", "memory")
"""Ways in which the import of a target's module can fail."""


@frozen
class Replay:
    """What to replay.

    Attributes:
        target: The target.
        calls: The inputs.
        hash_seed: Value of ``PYTHONHASHSEED``.
        seed: Seed of the random state that each call finds.
        fix_clock: Whether clocks stand still.
        call_wall: Most seconds for one call.
        again: Whether each input comes a second time, so that stale caches show.
        graphs: Numbers of the calls wanted in full.
    """

    target: Target
    calls: tuple[Call, ...]
    hash_seed: int = HASH_SEEDS[0]
    seed: int = 0
    fix_clock: bool = False
    call_wall: float = 5.0
    again: bool = True
    graphs: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal replays of one side have equal answers."""
        ids = tuple(call.id for call in self.calls)
        return (self.target.id, ids, self.hash_seed, self.seed, self.fix_clock, self.again, self.graphs)


class Bench:
    """Starts programs in sides; keeps what they answered."""

    def __init__(self, host: Host, environment: Mapping[str, str], scratch: Path) -> None:
        self.client = Client(host)
        self.programs = Programs(scratch, environment)
        self._interpreters: dict[Path, Interpreter] = {}
        self._replayed: dict[tuple[Any, ...], Answer] = {}
        self.tests: dict[tuple[str, ...], TestRun] = {}
        """How tests ended on the original."""
        self.stirred: dict[tuple[Any, ...], Any] = {}
        """What the original does when its surroundings change, by target and inputs."""
        self.fuzz: dict[tuple[Any, ...], tuple[Call, ...]] = {}
        """Inputs to find differences with, by what they were made from: every candidate gets the same."""

    def interpreter(self, project: Project) -> Interpreter:
        """The project's interpreter, asked once.

        Raises:
            PrerequisiteError: It does not work.
        """
        found = self._interpreters.get(project.interpreter)
        if found is None:
            found = self._interpreters[project.interpreter] = probe(project.interpreter)
        return found

    def checking(self, project: Project, target: Target, hash_seed: int) -> Program:
        """The program that answers about one target's behaviour, its module imported once."""
        return self.programs.make(
            project, self.interpreter(project), hash_seed=hash_seed, preload=CHECKING, load=(target,)
        )

    def growing(self, project: Project, target: Target) -> Program:
        """The program that makes new inputs; only the original's side needs it."""
        return self.programs.make(
            project, self.interpreter(project), hash_seed=HASH_SEEDS[0], preload=GROWING, load=(target,)
        )

    async def warm(self, project: Project, target: Target) -> None:
        """Start the original's processes, so that they are ready when the recording is.

        Raises:
            StageError: The target's module can't be imported, so that nothing can be recorded either.
        """
        programs = [self.checking(project, target, seed) for seed in HASH_SEEDS]
        request = {"op": "load", "target": address(target)}
        for program in (self.growing(project, target), *programs):
            answer = await self.client.ask(ORIGINAL, program, request, wall=REPLAY_SECONDS)
            if answer.failure is not None and answer.failure.kind in IMPORT_FAILURES:
                raise refuse("observe", f"{target.path} can't be imported", answer.failure, IMPORT_HINTS)

    def running(self, project: Project, preload: Sequence[str], hash_seed: int = HASH_SEEDS[0]) -> Program:
        """The program that runs workloads and tests; nothing of the project is imported beforehand."""
        return self.programs.make(project, self.interpreter(project), hash_seed=hash_seed, preload=preload)

    async def replay(self, project: Project, side: Side, what: Replay, *, again: bool = False) -> Answer:
        """Replay inputs on a side.

        Args:
            project: The project.
            side: The side.
            what: The inputs and how they are replayed.
            again: Whether to replay them although the answer is known.
        """
        key = (side.id, *what.key)
        if not again and key in self._replayed:
            return self._replayed[key]
        request = {
            "op": "replay",
            "target": address(what.target),
            "seed": what.seed,
            "fix_clock": what.fix_clock,
            "call_wall": what.call_wall,
            "again": what.again,
            "graphs": list(what.graphs),
            # One hanging call settles it for a candidate; of the original all of them are dropped.
            "give_up": side.id != ORIGINAL.id,
        }
        program = self.checking(project, what.target, what.hash_seed)
        payloads = [call.payload for call in what.calls]
        answer = await self.client.ask(side, program, request, payloads, wall=REPLAY_SECONDS)
        if answer.failure is None and not again:
            self._replayed[key] = answer
        return answer


WORKLOAD_HINTS = {
    "problem": "Run it by hand to see why; name other tests with --tests, or give a script with --workload.",
    "no-pytest": "Install pytest for the target's interpreter, or give a script with --workload.",
    "timeout": "Name fewer tests with --tests, or give a script with --workload.",
    "import": "The module must import with the target's interpreter; see --python.",
    "exit": "The module ends the program when it is imported.",
    "crash": "Something that is imported ends the process: run the workload by hand to see what.",
}
IMPORT_HINTS = {
    **WORKLOAD_HINTS,
    "timeout": "Its import does not end: look at what runs at the top level of the module.",
    "crash": "Its import ends the process: look at what runs at the top level of the module.",
}


def refuse(stage: str, what: str, failure: Failure, hints: Mapping[str, str] = WORKLOAD_HINTS) -> StageError:
    """The error for a unit of work without which a stage can't go on.

    Args:
        stage: The stage.
        what: What can't be done.
        failure: Why.
        hints: What to do, by kind of failure.
    """
    lines = [line for line in failure.detail.strip().splitlines() if line.strip()]
    detail = f": {lines[-1].strip()}" if lines else ""
    return StageError(stage, f"{what} ({failure.kind}){detail}", hints.get(failure.kind, ""))
