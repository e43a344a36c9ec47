"""A process that runs benchmarks and waits in each; what it answers is foreign data and is checked here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from codeflash_core.ports.benchmarks import BenchmarkFailure, FunctionTime, Pace, Samples, Stop
from codeflash_core.ports.hosts import Answer, Conversation, Failure

STEP_SECONDS = 120.0
"""A benchmark that takes longer for one step hangs."""


class Run:
    """Follows one process from stop to stop."""

    def __init__(self, conversation: Conversation, request: Mapping[str, Any]) -> None:
        self._conversation = conversation
        self._request: Mapping[str, Any] = request
        self._over = False

    async def proceed(self) -> Stop:
        """Go on to the next measured call, or to the end of a benchmark."""
        if self._over:
            return Stop(over=True)
        data = await self._ask(self._request)
        self._request = {"do": "next"}
        if "at" in data:
            return Stop(str(data["at"]))
        if "ended" in data:
            return Stop(str(data["ended"]), ended=True, message=str(data.get("message", ""))[:600])
        self._over = True
        return Stop(over=True)

    async def calibrate(self) -> Pace:
        """Warm up; gives how fast the call is."""
        data = await self._measured({"do": "calibrate"})
        (ns,) = _times([data.get("ns")])
        return Pace(max(1, _count(data.get("most"))), ns, data.get("computes") is True)

    async def sample(self, loops: int, count: int, core: int | None = None) -> Samples:
        """Time the call that the run waits at; on one core where it is given."""
        data = await self._measured({"do": "sample", "loops": loops, "count": count, "core": core})
        cpu, wall = _times(data.get("cpu")), _times(data.get("wall"))
        if len(cpu) != count or len(wall) != count:
            raise BenchmarkFailure("protocol", f"{len(cpu)} samples came for the {count} asked for")
        return Samples(cpu, wall, _count(data.get("threads")))

    async def profile(self, calls: int) -> tuple[FunctionTime, ...]:
        """Where the time of the call goes, by function of the project."""
        data = await self._measured({"do": "profile", "calls": calls})
        found = []
        for row in _rows(data.get("functions")):
            own, cumulative = _times([row.get("own"), row.get("cumulative")])
            found.append(
                FunctionTime(
                    str(row.get("path"))[:400],
                    str(row.get("name"))[:200],
                    own / calls,
                    cumulative / calls,
                    _count(row.get("calls")) / calls,
                )
            )
        return tuple(found)

    async def memory(self) -> tuple[int, int]:
        """Peak bytes that one call allocates, and the blocks of memory that its result holds."""
        data = await self._measured({"do": "memory"})
        return _count(data.get("peak")), _count(data.get("blocks"))

    async def _measured(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        data = await self._ask(request)
        if "ended" in data:
            raise BenchmarkFailure("failed", str(data.get("message", ""))[:600] or "it ended early")
        return data

    async def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        return told(await self._conversation.ask(request, STEP_SECONDS))


def told(answer: Answer) -> Mapping[str, Any]:
    """The data of an answer.

    Raises:
        BenchmarkFailure: There are none.
    """
    failure: Failure | None = answer.failure
    if failure is not None:
        lines = [line.strip() for line in failure.detail.splitlines() if line.strip()]
        raise BenchmarkFailure(failure.kind, lines[-1] if lines else "")
    return answer.data


def _times(values: object) -> tuple[float, ...]:
    found = values if isinstance(values, list) else []
    if not all(isinstance(each, int | float) and math.isfinite(each) and each >= 0 for each in found):
        raise BenchmarkFailure("protocol", "a time is no number")
    return tuple(float(each) for each in found)


def _count(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise BenchmarkFailure("protocol", "a count is no number")
    return value


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def import_tree(value: object) -> tuple[tuple[str, int, int, int], ...]:
    """The rows of an import's tree."""
    return tuple(
        (
            str(row.get("name"))[:200],
            _count(row.get("depth")),
            _count(row.get("own")),
            _count(row.get("total")),
        )
        for row in _rows(value)
    )


def nanoseconds(value: object) -> tuple[float, ...]:
    """Times that an interpreter took."""
    return _times(value)
