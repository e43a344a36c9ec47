"""Where hidden code meets the versions of a case: the sandbox, a private copy of the project for each process."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from codeflash_core.errors import ContractViolation
from codeflash_core.sandbox import Confinement, Sandbox, Tree, copy_project, with_changes
from codeflash_core.sandbox.policy import Limits
from codeflash_evals.cases.case import Interpreter
from codeflash_evals.hidden.building import Build
from codeflash_evals.hidden.copies import compile_tree, fresh
from codeflash_evals.hidden.failing import Failed, ended_for

LIBRARY_AT = Path("/codeflash/evals")
BOOT = "import sys; sys.path[0] = sys.argv[1]; from probe import main; main()"
ANSWER_BYTES = 32 << 20


@frozen
class Version:
    """One version of a case's project.

    Attributes:
        name: ``before``, ``after``, ``reference`` or the name of a wrong change.
        tree: What each of its processes gets a copy of; no code of it runs in this one.
    """

    name: str
    tree: Tree


OURS = Interpreter(Path(sys.executable), (Path(sys.prefix), Path(sys.base_prefix)))
"""What runs us."""


class Chamber:
    """Runs hidden code on versions of one project, a fresh process each time."""

    def __init__(
        self,
        confinement: Confinement,
        scratch: Path,
        project: Path,
        hidden: Path | None,
        interpreter: Interpreter = OURS,
        build: Build | None = None,
    ) -> None:
        """Make copies of the project and of the hidden code.

        Args:
            confinement: How foreign code is held.
            scratch: An empty folder for all copies; not removed here.
            project: The project as the subject met it.
            hidden: The hidden script, or None where only an import is measured.
            interpreter: What runs it.
            build: How versions are built, where they have to be.

        Raises:
            StageError: The copies can't be written.
        """
        self._scratch = scratch
        self._sandbox = Sandbox(confinement, scratch / "sandbox")
        self._base = copy_project(project, scratch / "base", confinement)
        self._interpreter = interpreter
        self._roots = ("src",) if (project / "src").is_dir() else (".",)
        self._library = scratch / "library"
        self._hidden = hidden is not None
        self._build = build
        self._made: dict[Path, Failed | None] = {}
        _fill(self._library, hidden)

    def version(self, name: str, changes: Mapping[str, bytes | None]) -> Version:
        """Make a version.

        Args:
            name: What it is called.
            changes: New contents by relative path; None deletes.

        Raises:
            UsageError: A path leaves the project.
            StageError: The copy can't be written.
        """
        return Version(name, with_changes(self._base, changes, self._scratch / "versions" / name))

    async def ask(
        self, version: Version, request: Mapping[str, Any], *, wall_seconds: float, hash_seed: int = 0
    ) -> Mapping[str, Any] | Failed:
        """Ask a fresh process of a version, in a copy that no process has been in.

        Args:
            version: Whose code runs.
            request: ``way`` and what it needs.
            wall_seconds: Time limit.
            hash_seed: Value of PYTHONHASHSEED.

        Raises:
            StageError: The copy can't be written.
        """
        confined = self._sandbox.confinement.confined
        unmade = await self._make(version)
        if unmade is not None:
            return unmade
        # Always at the same place: its path may show in what the code says.
        tree = fresh(version.tree, self._scratch / "running" / version.name)
        library = LIBRARY_AT if confined else self._library
        shown = tree.shown_at
        roots = [str(shown if root == "." else shown / root) for root in self._roots]
        hidden = str(library / "hidden.py") if self._hidden else ""
        process = await self._sandbox.start(
            [str(self._interpreter.path), "-c", BOOT, str(library)],
            tree=tree,
            env={"PYTHONHASHSEED": str(hash_seed % 4294967295), "PYTHONNOUSERSITE": "1"},
            limits=Limits(wall_seconds=wall_seconds, cpu_seconds=wall_seconds * 2, output_bytes=ANSWER_BYTES),
            read_only=[(self._library, LIBRARY_AT)],
            interpreter_prefixes=self._interpreter.prefixes,
        )
        async with process:
            await process.send(json.dumps({**request, "roots": roots, "hidden": hidden}).encode())
            await process.close_input()
            said = await process.receive_rest()
            end = await process.wait()
            last = process.stderr_tail.decode("utf-8", "replace").strip().splitlines()[-1:]
        return ended_for(end) or _read(
            said, f"it ended with {end.status if end.signal is None else f'signal {end.signal}'}", last
        )

    async def _make(self, version: Version) -> Failed | None:
        """Make a version ready to be copied, once; or why it can't be."""
        place = version.tree.copy
        if place not in self._made:
            self._made[place] = None
            if self._build is not None:
                self._made[place] = await self._build.make(self._sandbox, version.tree)
            await compile_tree(self._sandbox, version.tree, self._interpreter)
        return self._made[place]


def _read(said: bytes, ended: str, last: list[str]) -> Mapping[str, Any] | Failed:
    """The answer of a process that ran foreign code, or why there is none."""
    try:
        answer = json.loads(said)
    except ValueError:
        return Failed(" ".join([f"{ended} without an answer", *(f"({line[:300]})" for line in last)]))
    if not isinstance(answer, dict):
        return Failed(f"{ended} with an answer that is no object")
    problem = answer.get("problem")
    if problem is None:
        return answer
    return Failed(str(problem)[:2000], telling=not answer.get("elsewhere"))


def _fill(library: Path, hidden: Path | None) -> None:
    """Lay out what the processes import: the probe, the worker's encoding, the hidden code with what lies beside it."""
    library.mkdir(parents=True)
    shutil.copyfile(Path(__file__).with_name("probe.py"), library / "probe.py")
    worker = importlib.util.find_spec("codeflash_worker")
    if worker is None or worker.origin is None:
        raise ContractViolation("the package codeflash_worker is missing from the installation")
    shutil.copytree(Path(worker.origin).parent, library / "codeflash_worker", ignore=_bytecode_of_others)
    if hidden is not None:
        for path in hidden.parent.iterdir():
            if path.is_file():
                shutil.copyfile(path, library / path.name)


def _bytecode_of_others(folder: str, names: list[str]) -> list[str]:
    ours = f".{sys.implementation.cache_tag}.pyc"
    return [name for name in names if name.endswith(".pyc") and not name.endswith(ours)]
