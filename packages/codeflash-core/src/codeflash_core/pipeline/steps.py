"""Durable steps: each result is on disk before anything acts on it.

A run is an ordinary function whose steps have names. When it is killed and started again, the steps that had
finished give their recorded results at once, so the function takes the same path without repeating work.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import cattrs

from codeflash_core.errors import ContractViolation
from codeflash_core.records.journal import Journal

T = TypeVar("T")


class Steps:
    """The finished steps of one run, and the journal for the next ones."""

    def __init__(
        self,
        journal: Journal,
        converter: cattrs.Converter,
        finished: dict[str, Any],
        seconds: Mapping[str, float] | None = None,
    ) -> None:
        """Take up a run.

        Args:
            journal: Where new results go.
            converter: How results become JSON and back.
            finished: Recorded results by step name, as JSON.
            seconds: Time that each recorded step took, by step name.
        """
        self._seconds = dict(seconds or {})
        self._journal = journal
        self._converter = converter
        self._finished = finished
        self._under_way: set[str] = set()

    def spent_on(self, target: str) -> float:
        """Seconds that the recorded steps of a target took, in processes that are gone."""
        return sum(took for name, took in self._seconds.items() if f":{target}:" in f"{name}:")

    async def once(self, name: str, kind: Any, make: Callable[[], Awaitable[T]]) -> T:
        """The recorded result of the step, or the result of doing it now.

        Args:
            name: What the step is; the same at each run of the same request.
            kind: The result's type, to read it back.
            make: Does the work.

        Raises:
            ContractViolation: Two steps have the same name.
        """
        if name in self._under_way:
            raise ContractViolation(f"two steps are called {name}")
        self._under_way.add(name)
        if name in self._finished:
            value: T = self._converter.structure(self._finished.pop(name), kind)
            return value
        begun = time.monotonic()
        result = await make()
        plain = self._converter.unstructure(result, kind)
        self._journal.append(
            "step", {"name": name, "value": plain, "seconds": round(time.monotonic() - begun, 4)}
        )
        return result
