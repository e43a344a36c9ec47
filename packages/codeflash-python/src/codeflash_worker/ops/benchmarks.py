"""Lists a project's benchmarks, or runs them with a stop in each, where the parent says what to measure."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any, Dict, List, Tuple

from codeflash_worker import workload
from codeflash_worker.gauge import Gauge, digest_of
from codeflash_worker.load import key_of, load
from codeflash_worker.state import Refusal, State

with contextlib.suppress(ImportError):
    # Imported when the process is set up, before any foreign code.
    import codeflash_worker.benchmark_plugin  # noqa: F401


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Run or list benchmarks.

    The request holds ``args`` (files and folders for pytest; none for no pytest), ``ids`` (benchmarks to run, in
    order; empty for all), ``functions`` (targets that are called without arguments) and ``list`` (whether they are
    listed only). In each benchmark the process answers ``{"at": id}`` and takes requests with ``do``:
    ``calibrate``, ``sample`` (``loops``, ``count``, ``core``), ``profile`` (``calls``), ``memory``, or ``next``; after its end
    it answers ``{"ended": id, "message": why it failed}`` and takes one more ``next``. The last answer
    holds ``benchmarks`` (``id`` and ``digest``), ``problems`` and the end of the ``output``.

    Raises:
        Refusal: ``no-pytest``; or ``protocol`` in a forked child, which can't be told how to go on.
    """
    del blobs
    listing = bool(request.get("list"))
    if state.exchange is None and not listing:
        raise Refusal("protocol", "benchmarks are run in a process of their own")
    exchange = None if listing else state.exchange
    arguments = [str(each) for each in request.get("args", [])]
    found: List[Dict[str, str]] = []
    problems: Dict[str, str] = {}
    outcome = workload.Outcome()
    with workload.captured(state.scratch, outcome):
        if arguments:
            found, problems = _under_pytest(
                state, arguments, [str(each) for each in request.get("ids", [])], exchange
            )
        for target in request.get("functions", []):
            found.append(_function(state, target, exchange, problems))
    return {"benchmarks": found, "problems": problems, "output": outcome.output}, []


def _under_pytest(
    state: State, arguments: List[str], ids: List[str], exchange: Any
) -> Tuple[List[Dict[str, str]], Dict[str, str]]:
    pytest = workload.require_pytest()
    plugin = importlib.import_module("codeflash_worker.benchmark_plugin")
    fixed = workload.fixed_options(state.scratch) + (["--collect-only"] if exchange is None else [])
    failure = ""
    for override in workload.ways_of_starting():
        finder = plugin.Finder(ids, exchange, state.root)
        try:
            status, failure = int(pytest.main([*fixed, *override, *arguments], plugins=[finder])), ""
        except BaseException as error:  # Some failures of pytest, and sys.exit, are no Exception.
            status, failure = workload.USAGE_ERROR, "%s: %s" % (type(error).__name__, error)
        if status not in workload.REFUSED or finder.found or finder.problems:
            break
    else:
        finder.problems.setdefault("pytest", failure or "usage error")
    return finder.found, finder.problems


def _function(
    state: State, target: Dict[str, Any], exchange: Any, problems: Dict[str, str]
) -> Dict[str, str]:
    name = key_of(target)
    try:
        loaded = load(state, target)
    except Refusal as refusal:
        problems[name] = "%s: %s" % (refusal.kind, refusal.detail)
        if exchange is not None:
            exchange({"ended": name, "message": problems[name]})
        return {"id": name, "digest": ""}
    if exchange is not None:
        message = ""
        try:
            Gauge(name, exchange, state.root)(loaded.call)
        except Exception as error:
            message = "%s: %s" % (type(error).__name__, error)
        exchange({"ended": name, "message": message})
    return {"id": name, "digest": digest_of(loaded.function, state.root)}
