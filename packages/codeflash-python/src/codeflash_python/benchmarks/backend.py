"""The Python backend behind the engine's port for benchmarks."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from codeflash_core.errors import UsageError
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.benchmarks import Benchmark, Found, ImportCost
from codeflash_core.ports.hosts import Host, Program
from codeflash_python.benchmarks.environments import interpreters
from codeflash_python.benchmarks.running import Run, import_tree, nanoseconds, told
from codeflash_python.discovery.targets import list_targets
from codeflash_python.runtime.client import Client
from codeflash_python.runtime.interpreter import probe
from codeflash_python.runtime.program import Programs, address

LISTING_SECONDS = 120.0
IMPORTING_SECONDS = 120.0
USUAL = ("benchmarks", "bench", "tests/benchmarks", "tests")
"""Where benchmarks are looked for when none are named."""


class PythonBenchmarks:
    """pytest's benchmarks (the fixture ``benchmark``, and the marks of it), and plain functions."""

    def __init__(self, *, host: Host, environment: Mapping[str, str], scratch: Path) -> None:
        """Make the backend.

        Args:
            host: Runs foreign code.
            environment: Variables that foreign code may see.
            scratch: A folder for the worker's files.
        """
        self._host = host
        self._client = Client(host)
        self._programs = Programs(scratch, environment)

    async def interpreters(self, project: Project, a: Path, b: Path) -> tuple[Path, Path]:
        """The programs that run each version: one where both depend on the same packages."""
        return await interpreters(project, a, b)

    async def find(self, project: Project, side: Side, names: Sequence[str]) -> Found:
        """List the benchmarks of a version.

        Raises:
            BenchmarkFailure: The interpreter has no pytest, or listing them fails.
        """
        functions, arguments = _split(project, side, names)
        request = {"op": "benchmarks", "list": True, "args": arguments, "functions": functions}
        program = self._program(project, 1)
        answer = await self._client.ask(side, program, request, warm=False, wall=LISTING_SECONDS)
        data = told(answer)
        rows = data.get("benchmarks")
        listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        problems = data.get("problems")
        found = problems.items() if isinstance(problems, dict) else ()
        return Found(
            tuple(Benchmark(str(row.get("id"))[:400], str(row.get("digest"))[:64]) for row in listed),
            {str(name)[:400]: str(why)[:600] for name, why in found},
        )

    @contextlib.asynccontextmanager
    async def run(
        self, project: Project, side: Side, ids: Sequence[str], *, hash_seed: int, wall_seconds: float
    ) -> AsyncIterator[Run]:
        """Begin to run benchmarks in a fresh process."""
        functions, named = _split(project, side, ids)
        files = list(dict.fromkeys(name.partition("::")[0] for name in named))
        request: dict[str, Any] = {"op": "benchmarks", "args": files, "ids": named, "functions": functions}
        async with self._host.converse(side, self._program(project, hash_seed), wall_seconds) as conversation:
            yield Run(conversation, request)

    async def importing(
        self, project: Project, side: Side, module: str, *, hash_seed: int, count: int, tree: bool = False
    ) -> ImportCost:
        """Import a module in fresh interpreters.

        Raises:
            BenchmarkFailure: It does not import.
        """
        request = {"op": "importing", "module": module, "count": count, "tree": tree}
        program = self._program(project, hash_seed)
        data = told(await self._client.ask(side, program, request, warm=False, wall=IMPORTING_SECONDS))
        cpu, wall, idle = (nanoseconds(data.get(name)) for name in ("cpu", "wall", "idle"))
        return ImportCost(cpu, wall, idle, import_tree(data.get("tree")))

    def _program(self, project: Project, hash_seed: int) -> Program:
        return self._programs.make(
            project, probe(project.interpreter), hash_seed=hash_seed, preload=("benchmarks", "importing")
        )


def _split(project: Project, side: Side, names: Sequence[str]) -> tuple[list[dict[str, str]], list[str]]:
    """Plain functions as the worker names them, and what pytest is given."""
    functions, rest = [], []
    for name in names:
        target = _plain_function(project, side, name)
        if target is None:
            rest.append(name)
        else:
            functions.append(address(target))
    if not names:
        rest = [next((folder for folder in USUAL if (project.root / folder).is_dir()), ".")]
    return functions, rest


def _plain_function(project: Project, side: Side, name: str) -> Target | None:
    """The function of that name where it is no test of pytest's."""
    path, mark, qualname = name.partition("::")
    if not mark or "[" in qualname or "::" in qualname or qualname.rpartition(".")[2].startswith("test"):
        return None
    if side.changes.get(path, b"") is None:
        return None
    try:
        (found,) = list_targets(project, (name,)).targets
    except (UsageError, ValueError):
        return None
    return found
