"""Follows a pytest run from inside: which test is running, how it ended, and when it takes too long."""

from __future__ import annotations

import signal
from typing import Any, Callable, Dict, Generator, List, Optional, Sequence

import pytest

from codeflash_worker.supervise import Beat

MESSAGE = 600
COLLECTING = 4.0
"""All test files together get so many times the limit of a test's phase for their import."""
WORST_LAST = ("passed", "skipped", "failed", "error", "timeout")


class TimedOut(BaseException):
    """A test took too long. Not an ``Exception``: tests that catch those must not catch it."""


class Follower:
    """A pytest plugin object.

    Attributes:
        results: Per test id, ``status`` (passed, failed, error, skipped, timeout) and ``message``.
        problems: Files that could not be collected, with the message.
        collected: Number of tests found.
        stopped: Whether the run ended early.
    """

    def __init__(
        self,
        beat: Beat,
        limit: float,
        excluded: Dict[str, str],
        only: Sequence[str] = (),
        started: Optional[Callable[[str], None]] = None,
        around: Any = None,
        enough: Optional[Callable[[], bool]] = None,
    ) -> None:
        """Follow a run.

        Args:
            beat: Told which test is running.
            limit: Seconds that each phase of a test may take.
            excluded: Tests that are not run, with the reason.
            only: When not empty, only these tests are run.
            started: Called with a test's id before it is set up.
            around: A context manager factory for the test's call, such as a profiler; or None.
            enough: Asked after each test; the run ends there when it says so.
        """
        self.results: Dict[str, Dict[str, str]] = {}
        self.problems: Dict[str, str] = {}
        self.collected = 0
        self._beat = beat
        self._limit = limit
        self._excluded = excluded
        self._only = set(only)
        self._started = started
        self._around = around
        self._enough = enough
        self.stopped = False

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection(self, session: Any) -> Generator[None, Any, None]:
        """Limit the time of collection: a module may never come to the end of its import."""
        del session
        self._beat.start("", COLLECTING * self._limit)
        yield
        self._beat.end()

    def pytest_collection_modifyitems(self, config: Any, items: List[Any]) -> None:
        """Leave out what is not wanted."""
        self.collected = len(items)
        kept = [
            item
            for item in items
            if item.nodeid not in self._excluded and (not self._only or item.nodeid in self._only)
        ]
        left_out = [item for item in items if item not in kept] if len(kept) < len(items) else []
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = kept

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, None]:
        """Say which test is running."""
        self._beat.start(item.nodeid, 3 * self._limit)
        if self._started is not None:
            self._started(item.nodeid)
        yield
        self._beat.end()
        if self._started is not None:
            self._started("")
        if self._enough is not None and self._enough():
            self.stopped = True
            item.session.shouldstop = "enough was seen"

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> Generator[None, Any, None]:
        """Limit the time of the set-up."""
        yield from self._limited(item)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, Any, None]:
        """Limit the time of the test itself."""
        if self._around is None:
            yield from self._limited(item)
            return
        with self._around():
            yield from self._limited(item)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: Any) -> Generator[None, Any, None]:
        """Limit the time of the clean-up."""
        yield from self._limited(item)

    def _limited(self, item: Any) -> Generator[None, Any, None]:
        self._beat.start(item.nodeid, self._limit)
        previous = signal.signal(signal.SIGALRM, _ring)
        # It rings again and again: code that swallows every exception does not get away.
        signal.setitimer(signal.ITIMER_REAL, self._limit, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        """Note how each phase ended."""
        outcome = yield
        report = outcome.get_result()
        self.note(item.nodeid, report, call)

    def note(self, nodeid: str, report: Any, call: Any) -> None:
        """Keep the worst outcome of a test's phases, and its message."""
        status = str(report.outcome)
        if call.excinfo is not None and call.excinfo.errisinstance(TimedOut):
            status = "timeout"
        elif status == "failed" and report.when != "call":
            status = "error"
        if status == "passed" and report.when != "call":
            return
        known = self.results.get(nodeid)
        if known is not None and WORST_LAST.index(known["status"]) >= WORST_LAST.index(status):
            return
        message = "" if status == "passed" else _message(report)
        self.results[nodeid] = {"status": status, "message": "timed out" if status == "timeout" else message}

    def pytest_collectreport(self, report: Any) -> None:
        """Note files that could not be collected."""
        if report.failed:
            self.problems[str(report.nodeid)] = _message(report)

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Note an error of pytest or one of its plugins."""
        self.problems["pytest"] = str(excrepr)[-MESSAGE:]


def _ring(number: int, frame: Any) -> None:
    del number, frame
    raise TimedOut("timed out")


def _message(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(getattr(crash, "message", "") or "")
    if not text:
        longrepr = report.longrepr
        text = str(longrepr[-1] if isinstance(longrepr, tuple) else longrepr or "")
    return text if len(text) <= MESSAGE else text[: MESSAGE // 2] + " ... " + text[-MESSAGE // 2 :]
