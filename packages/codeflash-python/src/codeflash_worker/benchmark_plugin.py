"""Finds a project's benchmarks with pytest and stops in each where its measured call is."""

from __future__ import annotations

from typing import Any, Dict, Generator, List, Optional, Sequence

import pytest

from codeflash_worker.gauge import Exchange, Gauge, digest_of

FIXTURE = "benchmark"
MARKS = ("benchmark", "codspeed_benchmark", "codeflash_benchmark")


class Finder:
    """A pytest plugin object.

    Attributes:
        found: The benchmarks, ``id`` and ``digest`` of each, in order.
        problems: Files that could not be collected, with the message.
    """

    def __init__(self, wanted: Sequence[str], exchange: Optional[Exchange], root: str) -> None:
        """Follow a run.

        Args:
            wanted: Benchmarks to run, in the order in which they are run; empty for all.
            exchange: Tells the parent of each and asks what to do; None where they are listed only.
            root: The project's root.
        """
        self.found: List[Dict[str, str]] = []
        self.problems: Dict[str, str] = {}
        self._place = {name: number for number, name in enumerate(wanted)}
        self._exchange = exchange
        self._root = root
        self._messages: Dict[str, List[str]] = {}
        self.gauge: Optional[Gauge] = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: Any) -> None:
        """Register the fixture last, so that it stands before those of other plugins."""
        for mark in MARKS:
            config.addinivalue_line("markers", mark + ": measured by codeflash compare")
        config.pluginmanager.register(_Fixtures(self), "codeflash-benchmark")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: Any, items: List[Any]) -> None:
        """Keep the benchmarks that are wanted, in the order asked for."""
        kept = [
            each for each in items if _is_benchmark(each) and (not self._place or each.nodeid in self._place)
        ]
        if self._place:
            kept.sort(key=lambda each: self._place[each.nodeid])
        config.hook.pytest_deselected(items=[each for each in items if each not in kept])
        items[:] = kept
        self.found = [{"id": each.nodeid, "digest": digest_of(each.function, self._root)} for each in kept]

    def pytest_collectreport(self, report: Any) -> None:
        """Note files that could not be collected."""
        if report.failed:
            self.problems[str(report.nodeid)] = str(report.longrepr).strip()[-600:]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> Optional[bool]:
        """Measure a whole test that carries the mark but does not ask for the fixture."""
        if FIXTURE in pyfuncitem.fixturenames or self.gauge is None:
            return None
        names = pyfuncitem._fixtureinfo.argnames
        given = {name: pyfuncitem.funcargs[name] for name in names}
        self.gauge(pyfuncitem.obj, **given)
        return True

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, None]:
        """Tell the parent how each benchmark ended."""
        if self._exchange is None:
            yield
            return
        self._messages[item.nodeid] = []
        self.gauge = Gauge(item.nodeid, self._exchange, self._root)
        yield
        messages = self._messages[item.nodeid]
        if not messages and not self.gauge.reached:
            messages.append("it never calls the fixture benchmark")
        self._exchange({"ended": item.nodeid, "message": messages[0] if messages else ""})
        self.gauge = None

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        """Note why a benchmark failed or was skipped."""
        del call
        outcome = yield
        report = outcome.get_result()
        if report.passed or self._exchange is None:
            return
        crash = getattr(report.longrepr, "reprcrash", None)
        longrepr = report.longrepr
        said = getattr(crash, "message", None) or (longrepr[-1] if isinstance(longrepr, tuple) else longrepr)
        self._messages[item.nodeid].append(("skipped: " if report.skipped else "") + str(said)[:600])


class _Fixtures:
    """Holds the fixture; a plugin of its own, because the one that is registered last wins."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    @pytest.fixture(name=FIXTURE)
    def codeflash_benchmark(self) -> Any:
        """What a benchmark calls with the function to measure."""
        return self._finder.gauge


def _is_benchmark(item: Any) -> bool:
    marked = any(item.get_closest_marker(mark) is not None for mark in MARKS)
    return hasattr(item, "function") and (marked or FIXTURE in getattr(item, "fixturenames", ()))
