"""Repeatable clocks and unique ids, for originals that are unstable without."""

from __future__ import annotations

import datetime
import os
import random
import sys
import time
import uuid
from typing import Any, Callable, Dict, List, Tuple

from codeflash_worker.state import State

START = 1_600_000_000.0
"""The first time shown, in seconds since the epoch: 2020-09-13T12:26:40Z."""

STEP = 0.001
"""How far the clock moves each time it is asked, in seconds."""


class Clocks:
    """Replaced functions, and the way back."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._undo: List[Tuple[Dict[str, Any], str, Any]] = []
        self._random = random.Random(seed)
        self._asked = 0

    def reset(self) -> None:
        """Start again, before a call."""
        self._asked = 0
        self._random.seed(self._seed)

    def now(self) -> float:
        """The next time, in seconds since the epoch."""
        self._asked += 1
        return START + STEP * self._asked

    def swap(self, namespace: Dict[str, Any], name: str, value: Any) -> None:
        """Replace one name, to be put back by :meth:`remove`."""
        self._undo.append((namespace, name, namespace[name]))
        namespace[name] = value

    def remove(self) -> None:
        """Put everything back."""
        for namespace, name, value in reversed(self._undo):
            namespace[name] = value
        self._undo.clear()

    def bits(self, count: int) -> int:
        """Repeatable random bits."""
        return self._random.getrandbits(count) if count else 0


def _fixed_datetime(clocks: Clocks) -> type:
    real: Any = datetime.datetime

    class Like(type(real)):  # type: ignore[misc]
        def __instancecheck__(cls, obj: Any) -> bool:
            return isinstance(obj, real)

    class Fixed(real, metaclass=Like):  # type: ignore[misc]
        """``datetime.datetime`` with a repeatable present."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return real.fromtimestamp(clocks.now(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return real.fromtimestamp(clocks.now(), datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return real.fromtimestamp(clocks.now())

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return real(*args, **kwargs)

    Fixed.__name__, Fixed.__qualname__, Fixed.__module__ = "datetime", "datetime", "datetime"
    return Fixed


def install(state: State, seed: int) -> Clocks:
    """Replace clocks and unique ids, also where modules of the project hold them under names of their own."""
    clocks = Clocks(seed)

    def nanoseconds() -> int:
        return int(clocks.now() * 1e9)

    def identifier(*_: Any, **__: Any) -> uuid.UUID:
        return uuid.UUID(int=clocks.bits(128), version=4)

    def noise(count: int) -> bytes:
        return clocks.bits(8 * count).to_bytes(count, "big")

    replaced: Dict[Callable[..., Any], Any] = {}
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        replaced[getattr(time, name)] = clocks.now
        replaced[getattr(time, name + "_ns")] = nanoseconds
    replaced[uuid.uuid4] = replaced[uuid.uuid1] = identifier
    replaced[os.urandom] = noise
    replaced[datetime.datetime] = _fixed_datetime(clocks)
    spaces = [vars(time), vars(uuid), vars(datetime), vars(os)]
    root = os.path.realpath(state.root) + os.sep
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.realpath(file).startswith(root):
            spaces.append(vars(module))
    for space in spaces:
        for name, value in list(space.items()):
            try:
                fixed = replaced.get(value)
            except TypeError:
                continue
            if fixed is not None:
                clocks.swap(space, name, fixed)
    return clocks
