"""The engine as a child process, on code that nobody vouches for: no token, no secret, and no say in how it is confined."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from codeflash_core.pipeline.turn import taking_turns
from codeflash_core.programs import Said, beside, run_program
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.runs import Runs
from codeflash_github_app.remotes import NOBODYS

PROGRAM = (sys.executable, "-I", "-m", "codeflash_cli")
"""Isolated: the repository is the folder that it works in, and a module of it must not be taken for one of ours."""
TRUST = {"CODEFLASH_TRUSTED": "no"}
"""Nobody vouches for a repository: the sandbox is required, and what it may set says only where its code and tests are."""
MOST_DOCUMENT = 16 << 20


@frozen
class Answered:
    """The engine's answer.

    Attributes:
        document: Its JSON document.
    """

    document: Mapping[str, Any]


@frozen
class Unanswered:
    """Why there is no answer.

    Attributes:
        what: What happened, a sentence.
        hint: What to do; empty when nobody but us can do anything.
        kind: The kind of the engine's error, such as ``usage``; ``killed``, ``late`` or ``bug``.
    """

    what: str
    hint: str = ""
    kind: str = "bug"


@frozen
class Engine:
    """How the engine is run on this machine.

    Attributes:
        turns: Folder whose turn is taken: figures taken side by side would disturb each other.
        program: Its first words.
        path: Where it finds programs such as git and bwrap.
    """

    turns: Path
    program: tuple[str, ...] = PROGRAM
    path: str = field(factory=lambda: trusted_path(os.environ.get("PATH", os.defpath)))

    async def optimize(
        self,
        targets: Sequence[str],
        *,
        clone: Path,
        state: Path,
        interpreter: Path,
        budget: float,
        seconds: float,
        watch: Callable[[], Awaitable[None]],
    ) -> Answered | Unanswered:
        """Look for faster versions of functions.

        Args:
            targets: ``path::function`` each.
            clone: The repository's files, and where the engine works.
            state: Where its journal goes; a run that was killed goes on from it.
            interpreter: What runs the repository's code.
            budget: Seconds for one function.
            seconds: Seconds for all of it.
            watch: Runs beside it; an exception out of it ends it.
        """
        options = ("--python", str(interpreter), "--budget", f"{budget:g}s", "--seed", "0", "--json")
        words = ("optimize", *options, "--", *targets)
        kept = state / "optimize.json"
        if kept.is_file():
            return _understood(Said(0, kept.read_bytes(), ""))
        if any(run.resumable for run in Runs(state).list()):
            again = await self._run(("runs", "resume", "last", "--json"), clone, state, seconds, watch)
            if isinstance(again, Answered):
                return _keep(again, kept)
        return _keep(await self._run(words, clone, state, seconds, watch), kept)

    async def compare(
        self,
        base: str,
        head: str,
        *,
        clone: Path,
        state: Path,
        interpreter: Path,
        budget: float,
        seconds: float,
        watch: Callable[[], Awaitable[None]],
    ) -> Answered | Unanswered:
        """Measure the repository's own benchmarks in two versions.

        Args:
            base: The first commit.
            head: The second commit.
            clone: A repository that has both.
            state: Where its journal goes.
            interpreter: What runs the repository's code.
            budget: Seconds for all benchmarks.
            seconds: Seconds for all of it.
            watch: Runs beside it; an exception out of it ends it.
        """
        kept = state / "compare.json"
        if kept.is_file():
            return _understood(Said(0, kept.read_bytes(), ""))
        options = ("--python", str(interpreter), "--budget", f"{budget:g}s", "--json")
        return _keep(await self._run(("compare", base, head, *options), clone, state, seconds, watch), kept)

    async def _run(
        self,
        words: Sequence[str],
        clone: Path,
        state: Path,
        seconds: float,
        watch: Callable[[], Awaitable[None]],
    ) -> Answered | Unanswered:
        home = state / "home"
        home.mkdir(parents=True, exist_ok=True)
        # Also while it waits for its turn it may be told to end.
        async with beside(watch), taking_turns(self.turns, lambda event: None):
            try:
                said = await run_program(
                    (*self.program, *words),
                    folder=clone,
                    environment=self._environment(state, home),
                    seconds=seconds,
                    most_out=MOST_DOCUMENT,
                )
            except TimeoutError:
                return Unanswered(
                    f"the engine took longer than {seconds:.0f} s and was ended",
                    "Lower the budget or the number of functions in .codeflash.toml.",
                    "late",
                )
        return _understood(said)

    def _environment(self, state: Path, home: Path) -> dict[str, str]:
        """All that the engine sees: nothing of what this process was given."""
        return {
            "PATH": self.path,
            "HOME": str(home),
            "TMPDIR": str(_temporary(state)),
            "LANG": "C.UTF-8",
            "CODEFLASH_STATE_DIR": str(state),
            **TRUST,
            # Its git heeds the clone's own settings, and none of this machine's: a filter of theirs would run outside the
            # sandbox, on files that name it.
            **NOBODYS,
        }


def trusted_path(path: str) -> str:
    """The folders of a path that are the same wherever one stands: the engine stands in somebody's repository.

    Args:
        path: Folders by colon.
    """
    return os.pathsep.join(each for each in path.split(os.pathsep) if os.path.isabs(each))  # noqa: PTH117 (text)


def _temporary(state: Path) -> Path:
    folder = state / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


def _understood(said: Said) -> Answered | Unanswered:
    document: Any = None
    if said.whole:
        try:
            document = _storable(json.loads(said.out))
        except (ValueError, RecursionError):
            document = None
    if not isinstance(document, dict):
        if not said.whole:
            return Unanswered(f"the engine's answer is larger than {MOST_DOCUMENT >> 20} MiB")
        if said.code < 0:
            return Unanswered(f"the engine was killed (signal {-said.code})", kind="killed")
        return Unanswered(f"the engine ended with {said.code} and no answer")
    problem = document.get("error")
    if isinstance(problem, dict):
        told = (str(problem.get(key) or "") for key in ("message", "hint", "code"))
        return Unanswered(*told)
    return Answered(document)


def _storable(value: Any) -> Any:
    """JSON without the signs that no database takes: a repository chooses what its texts hold."""
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case list():
            return [_storable(each) for each in value]
        case dict():
            return {_storable(key): _storable(each) for key, each in value.items()}
        case _:
            return value


def _keep(answer: Answered | Unanswered, kept: Path) -> Answered | Unanswered:
    """An answer outlives this process: what took minutes is not done twice."""
    if isinstance(answer, Answered):
        replace_file(kept, json.dumps(answer.document).encode())
    return answer
