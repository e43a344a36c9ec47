"""Times a target inside the tests that call it, where its arguments can't be kept."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from codeflash_worker.sites import Arguments, Observer, Site


class Stopwatch(Observer):
    """Adds up, per test, the CPU time of a target's outermost calls."""

    def __init__(self) -> None:
        self._origin = ""
        self._spent_ns: Dict[str, int] = {}
        self._calls: Dict[str, int] = {}

    def next_origin(self, origin: str) -> None:
        """Another test begins, or none is running."""
        self._origin = origin

    def before(self, site: Site, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[Any, Arguments]:
        """Nothing is kept of the arguments."""
        del site
        return None, (args, kwargs)

    def after(self, site: Site, note: Any, spent_ns: int) -> None:
        """Add the call to the test that runs."""
        del site, note
        self._spent_ns[self._origin] = self._spent_ns.get(self._origin, 0) + spent_ns
        self._calls[self._origin] = self._calls.get(self._origin, 0) + 1

    def told(self) -> Dict[str, Any]:
        """``seconds`` and ``calls`` per test."""
        seconds = {test: spent / 1e9 for test, spent in self._spent_ns.items() if test}
        return {"seconds": seconds, "calls": {test: n for test, n in self._calls.items() if test}}
