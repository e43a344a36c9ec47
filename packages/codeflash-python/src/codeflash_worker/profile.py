"""Where the CPU time of a workload goes, by function of the project."""

from __future__ import annotations

import contextlib
import cProfile
import os
from typing import Any, Dict, Iterator, List

from codeflash_worker import clock

FOREIGN = ("site-packages", "dist-packages", ".venv", "venv", "node_modules", ".tox", ".nox")
"""Folders inside a project that hold other people's code."""


class Profiler:
    """A deterministic profiler on this thread's CPU clock, so that waiting does not count."""

    def __init__(self) -> None:
        self._profile = cProfile.Profile(clock.thread_time_ns, 1e-9)
        self._total_ns = 0

    @contextlib.contextmanager
    def around(self) -> Iterator[None]:
        """Profile what happens inside."""
        try:
            self._profile.enable()
        except ValueError:
            # The test profiles by itself; only one can.
            yield
            return
        start = clock.thread_time_ns()
        try:
            yield
        finally:
            self._total_ns += clock.thread_time_ns() - start
            self._profile.disable()

    def told(self, root: str) -> Dict[str, Any]:
        """``functions`` of the project, by file and first line, and the ``total`` in seconds."""
        inside = os.path.realpath(root) + os.sep
        functions: List[Dict[str, Any]] = []
        for entry in self._profile.getstats():
            code: Any = entry.code
            if isinstance(code, str) or code.co_filename.startswith("<") or code.co_name == "<module>":
                continue
            file = os.path.realpath(code.co_filename)
            path = file[len(inside) :] if file.startswith(inside) else ""
            if not path or any(part in FOREIGN for part in path.split(os.sep)):
                continue
            functions.append(
                {
                    "path": path.replace(os.sep, "/"),
                    "line": code.co_firstlineno,
                    "name": getattr(code, "co_qualname", code.co_name),
                    "calls": entry.callcount,
                    "own": entry.inlinetime,
                    "cumulative": entry.totaltime,
                }
            )
        functions.sort(key=lambda function: (-function["own"], function["path"], function["line"]))
        return {"functions": functions, "total": self._total_ns / 1e9}
