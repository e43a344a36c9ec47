"""Counts and times the lines of one function while it is called."""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any, Dict, List, Optional, Tuple

from codeflash_worker.clock import perf_counter_ns


class Lines:
    """Hits and nanoseconds by line of one code object; what a line calls counts as its own.

    Tracing makes every line slower by about the same, so that shares of cheap lines come out too large.
    """

    def __init__(self, code: CodeType) -> None:
        self._code = code
        self._rows: Dict[int, List[int]] = {}
        self._open: List[Tuple[int, int]] = []
        self._outer: Any = None

    def __enter__(self) -> "Lines":
        self._outer = sys.gettrace()
        sys.settrace(self._entered)
        return self

    def __exit__(self, *problem: Any) -> None:
        sys.settrace(self._outer)
        self._open.clear()

    def told(self) -> List[List[int]]:
        """Line, hits and nanoseconds, in the order of the lines."""
        return [[line, hits, spent] for line, (hits, spent) in sorted(self._rows.items())]

    def _entered(self, frame: Any, event: str, argument: Any) -> Optional[Any]:
        if frame.f_code is not self._code:
            return None
        self._open.append((0, perf_counter_ns()))
        return self._stepped

    def _stepped(self, frame: Any, event: str, argument: Any) -> Any:
        now = perf_counter_ns()
        if not self._open:
            return self._stepped
        line, since = self._open[-1]
        if line:
            self._rows[line][1] += now - since
        if event == "line":
            self._rows.setdefault(frame.f_lineno, [0, 0])[0] += 1
            self._open[-1] = (frame.f_lineno, perf_counter_ns())
        elif event == "return":
            self._open.pop()
        return self._stepped
