"""The Python backend behind the engine's port for benchmarks."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from codeflash_core.errors import UsageError
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.benchmarks import Benchmark, BenchmarkFailure, Found, ImportCost
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
        self._functions: dict[str, Target] = {}

    async def interpreters(
        self, project: Project, a: Path, b: Path, *, may_build: bool = True
    ) -> tuple[Path, Path]:
        """The programs that run each version: one where both depend on the same packages."""
        return await interpreters(project, a, b, may_build=may_build)

    async def find(self, project: Project, side: Side, names: Sequence[str]) -> Found:
        """List the benchmarks of a version.

        Raises:
            BenchmarkFailure: The interpreter has no pytest, or listing them fails.
        """
        plain, arguments = _split(project, names)
        self._functions = {target.id: target for target in plain}
        if not plain and not arguments:
            return Found(())
        functions = [address(target) for target in plain]
        request = {"op": "benchmarks", "list": True, "args": arguments, "functions": functions}
        program = self._program(project, 1)
        answer = await self._client.ask(side, program, request, warm=False, wall=LISTING_SECONDS)
        data = told(answer)
        rows = data.get("benchmarks")
        listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        problems = data.get("problems")
        found = problems.items() if isinstance(problems, dict) else ()
        return Found(
            tuple(Benchmark(str(row.get("id")), str(row.get("digest"))[:64]) for row in listed),
            {str(name): str(why)[:600] for name, why in found},
        )

    @contextlib.asynccontextmanager
    async def run(
        self, project: Project, side: Side, ids: Sequence[str], *, hash_seed: int, wall_seconds: float
    ) -> AsyncIterator[Run]:
        """Begin to run benchmarks in a fresh process."""
        functions = [address(self._functions[name]) for name in ids if name in self._functions]
        named = [name for name in ids if name not in self._functions]
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
        times = [nanoseconds(data.get(name)) for name in ("cpu", "wall", "idle_cpu", "idle_wall")]
        if any(len(each) != count for each in times):
            raise BenchmarkFailure("protocol", "times of some interpreters are missing")
        cpu, wall, idle_cpu, idle_wall = times
        return ImportCost(cpu, wall, idle_cpu, idle_wall, import_tree(data.get("tree")))

    def _program(self, project: Project, hash_seed: int) -> Program:
        return self._programs.make(
            project, probe(project.interpreter), hash_seed=hash_seed, preload=("benchmarks", "importing")
        )


def _split(project: Project, names: Sequence[str]) -> tuple[list[Target], list[str]]:
    """Plain functions, and what pytest is given: only what this version has, for pytest gives up on the first lack."""
    if not names:
        return [], [next((folder for folder in USUAL if (project.root / folder).is_dir()), ".")]
    functions, rest = [], []
    for name in names:
        target = _plain_function(project, name)
        if target is not None:
            functions.append(target)
        elif (project.root / name.partition("::")[0]).exists():
            rest.append(name)
    return functions, rest


def _plain_function(project: Project, name: str) -> Target | None:
    """The function of that name where it is no test of pytest's."""
    _, mark, qualname = name.partition("::")
    if not mark or "[" in qualname or "::" in qualname or qualname.rpartition(".")[2].startswith("test"):
        return None
    try:
        (found,) = list_targets(project, (name,)).targets
    except (UsageError, ValueError):
        return None
    return found
