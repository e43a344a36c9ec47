"""``compare BASE HEAD``, from the request to the rows."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from attrs import evolve

from codeflash_core.errors import StageError, UsageError
from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.pipeline.health import machine_health
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.pipeline.turn import taking_turns
from codeflash_core.ports.benchmarks import Benchmark, BenchmarkFailure, Found
from codeflash_core.records.runs import state_dir
from codeflash_core.stats.sequential import Plan
from codeflash_core.versions.bench import Bench, BlockResult
from codeflash_core.versions.breakdown import profiles, spends_time_in, with_functions
from codeflash_core.versions.importing import PREFIX, import_block, what_got_lazier
from codeflash_core.versions.measuring import Measuring, largest_floor
from codeflash_core.versions.opening import OpenVersions, open_versions
from codeflash_core.versions.values import Row, VersionsComparison, VersionsRequest

OTHER_WORKLOAD = "the benchmark itself differs between the versions: the ratio is of two workloads"


async def compare_versions(request: VersionsRequest, emit: Listener) -> VersionsComparison:
    """Measure two versions against each other.

    Args:
        request: What is compared.
        emit: Hears of progress.

    Raises:
        UsageError: There is no such commit, no benchmark, or no repository.
        PrerequisiteError: Something is missing to run them.
        StageError: Benchmarks can't be listed.
    """
    begun = time.monotonic()
    async with taking_turns(state_dir(), emit), open_versions(request) as opened:
        health = await machine_health()
        comparing = _Comparing(request, opened, emit)
        rows = await comparing.rows()
        return VersionsComparison(
            base=opened.base,
            head=opened.head,
            rows=rows,
            delta=request.delta,
            noise_floor=largest_floor(rows),
            seconds=time.monotonic() - begun,
            inside_seconds=comparing.measuring.inside_seconds,
            machine=dict(describe_machine().facts),
            notes=(*opened.notes, *comparing.notes),
            health=health,
        )


class _Comparing:
    def __init__(self, request: VersionsRequest, opened: OpenVersions, emit: Listener) -> None:
        self._request = request
        self._opened = opened
        self._emit = emit
        self._dice = random.Random(request.seed)
        self.measuring = Measuring(Plan(delta=request.delta), emit, time.monotonic() + request.budget_seconds)
        self.notes: list[str] = []

    async def rows(self) -> tuple[Row, ...]:
        """All rows: of benchmarks unless only imports are asked for, then of imports."""
        imports = tuple(PREFIX + module for module in self._request.modules)
        if imports and not self._request.benchmarks:
            ids: tuple[str, ...] = ()
            named: tuple[Row, ...] = ()
        else:
            ids, named = await self._benchmarks()
        bench = Bench(self._opened.versions, self._dice)

        async def block(wanted: Sequence[str]) -> BlockResult:
            tests = [each for each in wanted if each not in imports]
            done = await bench.block(tests) if tests else BlockResult({}, {}, 0.0)
            modules = [each for each in wanted if each in imports]
            if not modules:
                return done
            more = await import_block(self._opened.versions, self._dice, modules)
            return BlockResult(
                {**done.blocks, **more.blocks},
                {**done.failures, **more.failures},
                done.inside_seconds + more.inside_seconds,
            )

        measured = await self.measuring.run((*ids, *imports), block)
        rows = await self._explained([row for row in measured if row.id in ids])
        trees = await what_got_lazier(self._opened.versions, [row for row in measured if row.id in imports])
        return (*rows, *trees, *named)

    async def _benchmarks(self) -> tuple[tuple[str, ...], tuple[Row, ...]]:
        """The benchmarks that both versions have, and rows that say why others are not measured."""
        self._emit(Progressed("discover", "", "listing benchmarks"))
        found = [await self._found(number) for number in (0, 1)]
        before, after = ({each.id: each for each in side.benchmarks} for side in found)
        named = [Row(name, problem="only in base", lost=True) for name in before if name not in after]
        named += [Row(name, problem="only in head") for name in after if name not in before]
        for name in dict.fromkeys(name for side in found for name in side.problems):
            whys = [side.problems.get(name) for side in found]
            where = "both versions" if all(whys) else "base" if whys[0] else "head"
            named.append(
                Row(name, problem=f"can't be read in {where}: {_last_line(next(filter(None, whys)))}")
            )
        self._other = {name for name in before if name in after and _differ(before[name], after[name])}
        ids = tuple(name for name in before if name in after and not _among(named, name))
        if self._request.functions:
            ids = await self._restricted(ids)
        if not ids and not named:
            raise UsageError(
                "there is no benchmark in either version",
                "Name a test that uses the fixture benchmark, or a function as path.py::name.",
            )
        return ids, tuple(named)

    async def _found(self, number: int) -> Found:
        version = self._opened.versions[number]
        try:
            return await version.benchmarks.find(version.project, version.side, self._request.benchmarks)
        except BenchmarkFailure as failure:
            hint = "Install pytest for the project's interpreter." if failure.kind == "no-pytest" else ""
            raise StageError(
                "discover",
                f"the benchmarks of {version.name} can't be listed ({failure.kind}): {failure}",
                hint,
            ) from failure

    async def _restricted(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Only benchmarks that spend time in the functions asked for, in the first version."""
        known, _ = await profiles(self._opened.versions[0], ids, memory=False)
        kept = tuple(name for name in ids if spends_time_in(known.get(name, ()), self._request.functions))
        if not kept:
            raise UsageError(f"no benchmark calls {' or '.join(self._request.functions)}")
        return kept

    async def _explained(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Rows with the functions that gained or lost, and the memory where it was asked for."""
        ids = [row.id for row in rows if row.outcome is not None]
        if not ids:
            return tuple(rows)
        self._emit(Progressed("measure", "", "profiling both versions"))
        memory = self._request.memory
        sides = [await profiles(version, ids, memory=memory) for version in self._opened.versions]
        found = []
        for row in rows:
            row = with_functions(row, sides[0][0], sides[1][0])
            if row.id in sides[0][1] and row.id in sides[1][1]:
                row = evolve(row, memory={"base": sides[0][1][row.id], "head": sides[1][1][row.id]})
            if row.id in self._other:
                row = evolve(row, notes=(OTHER_WORKLOAD, *row.notes))
            found.append(row)
        return tuple(found)


def _differ(before: Benchmark, after: Benchmark) -> bool:
    return bool(before.digest and after.digest) and before.digest != after.digest


def _among(rows: Sequence[Row], name: str) -> bool:
    return any(row.id == name for row in rows)


def _last_line(said: str | None) -> str:
    lines = [line.strip() for line in (said or "").splitlines() if line.strip()]
    return lines[-1] if lines else ""
