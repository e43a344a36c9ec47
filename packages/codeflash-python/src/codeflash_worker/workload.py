"""Runs what uses the code: the project's tests, or a script."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import tempfile
import traceback
import types
from importlib.util import find_spec
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

from codeflash_worker import clock
from codeflash_worker.state import Refusal
from codeflash_worker.supervise import Beat

INTERNAL_ERROR, USAGE_ERROR = 3, 4
REFUSED = (INTERNAL_ERROR, USAGE_ERROR)
"""Exit codes of a pytest that did not get as far as the tests."""
OUTPUT_TAIL = 2000

NEUTRAL = {
    "xdist": ("-n", "0"),
    "pytest_cov": ("--no-cov",),
    "pytest_randomly": ("-p", "no:randomly"),
    "pytest_benchmark": ("--benchmark-disable",),
    "pytest_timeout": ("--timeout=0",),
}
"""What keeps plugins from interfering: the tests run here, once, in order, unmeasured."""


class OutOfTime(BaseException):
    """The script took too long."""


class Outcome:
    """How a workload went.

    Attributes:
        results: Per test, ``status`` and ``message``; empty for a script.
        problems: What could not be run, with the message: files, ``pytest``, ``script``.
        notes: What a reader should know.
        output: The end of what was printed.
    """

    def __init__(self) -> None:
        self.results: Dict[str, Dict[str, str]] = {}
        self.problems: Dict[str, str] = {}
        self.notes: List[str] = []
        self.output = ""

    def told(self) -> Dict[str, Any]:
        """The outcome as plain data."""
        return {
            "results": self.results,
            "problems": self.problems,
            "notes": self.notes,
            "output": self.output,
        }


def run_tests(
    arguments: Sequence[str],
    beat: Beat,
    scratch: str,
    limit: float,
    excluded: Dict[str, str],
    only: Sequence[str] = (),
    started: Optional[Callable[[str], None]] = None,
    around: Any = None,
    deadline: float = 0.0,
) -> Outcome:
    """Run pytest in this process.

    Args:
        arguments: Files, folders and options.
        beat: Told which test is running.
        scratch: Folder for pytest's cache.
        limit: Seconds that each phase of a test may take.
        excluded: Tests that are not run, with the reason.
        only: When not empty, only these tests are run.
        started: Called with a test's id before it is set up.
        around: Context manager factory for each test's call.
        deadline: Seconds after which no further test is begun; 0 for none.

    Raises:
        Refusal: ``no-pytest``: the interpreter has none.
    """
    pytest = require_pytest()
    plugin = importlib.import_module("codeflash_worker.pytest_plugin")
    outcome = Outcome()
    end = clock.perf_counter_ns() + int(deadline * 1e9)
    enough = (lambda: clock.perf_counter_ns() > end) if deadline else None
    fixed = fixed_options(scratch)
    with captured(scratch, outcome):
        for override in ways_of_starting():
            follower = plugin.Follower(beat, limit, excluded, only, started, around, enough)
            try:
                status, failure = int(pytest.main([*fixed, *override, *arguments], plugins=[follower])), ""
            except BaseException as error:  # Some failures of pytest, and sys.exit, are no Exception.
                status, failure = USAGE_ERROR, "%s: %s" % (type(error).__name__, error)
            if status not in REFUSED or follower.collected or follower.problems:
                break
            # Most often the project's own options name a plugin that is not installed here.
            outcome.notes.append("pytest refused the project's own options; they were left out")
    _sum_up(outcome, follower, failure if status in REFUSED else None)
    for test, why in excluded.items():
        timed_out = why == "timed out"
        outcome.results[test] = {"status": "timeout" if timed_out else "error", "message": why}
    for test in only:
        outcome.results.setdefault(test, {"status": "missing", "message": "not collected"})
    return outcome


def _sum_up(outcome: Outcome, follower: Any, refused: Optional[str]) -> None:
    """Take over what the follower saw; ``refused`` says why pytest did not get as far as the tests."""
    outcome.notes = list(dict.fromkeys(outcome.notes))
    outcome.results, outcome.problems = follower.results, follower.problems
    if refused is not None and not follower.problems:
        outcome.problems["pytest"] = refused[:600] or outcome.output[-600:].strip() or "usage error"
    elif not outcome.results and not outcome.problems:
        outcome.notes.append("no test was run: %d were found, all of them left out" % follower.collected)
    if follower.stopped:
        told = len(outcome.results), follower.collected
        outcome.notes.append("time ran out: %d of %d tests were run" % told)


def fixed_options(scratch: str) -> List[str]:
    """Options for every run: all tests, in order, in this process, with nothing written to the project."""
    options = ["-q", "--maxfail=0", "--continue-on-collection-errors"]
    options += ["-o", "cache_dir=" + os.path.join(scratch, "pytest-cache")]
    for name, neutral in NEUTRAL.items():
        if find_spec(name) is not None:
            options += neutral
    return options


def ways_of_starting() -> List[List[str]]:
    """Options with which pytest is started: with the project's configuration, else with less and less of it."""
    lenient = ["-o", "addopts="]
    return [[], lenient, [*lenient, "-o", "filterwarnings="], ["-c", os.devnull, "--rootdir", os.getcwd()]]


def require_pytest() -> Any:
    """The target's pytest.

    Raises:
        Refusal: There is none.
    """
    try:
        return importlib.import_module("pytest")
    except ImportError as error:
        raise Refusal("no-pytest", str(error)) from None


def run_script(
    path: str,
    text: Optional[str],
    arguments: Sequence[str],
    beat: Beat,
    scratch: str,
    limit: float,
    around: Any = None,
) -> Outcome:
    """Run a script as ``__main__``; leaving through ``sys.exit`` is no problem unless it says so.

    Args:
        path: The script, relative to the project's root; only its name when ``text`` is given.
        text: The script's text where it is not a file of the project.
        arguments: Command line arguments.
        beat: Told that the script is running.
        scratch: Folder for what it prints.
        limit: Seconds that it may take.
        around: Context manager factory for the run.
    """
    outcome = Outcome()
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=os.path.abspath(path), __builtins__=__builtins__)
    saved = sys.modules["__main__"], sys.argv[:], sys.path[:]
    with captured(scratch, outcome):
        try:
            code = compile(_source(path) if text is None else text, main.__dict__["__file__"], "exec")
        except (OSError, SyntaxError, ValueError) as error:
            outcome.problems["script"] = "%s: %s" % (type(error).__name__, error)
            return outcome
        sys.modules["__main__"] = main
        sys.argv[:] = [path, *arguments]
        if text is None:
            sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        beat.start("script", limit)
        previous = signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, limit, 0.5)
        try:
            with around() if around is not None else contextlib.nullcontext():
                exec(code, main.__dict__)
        except SystemExit as leaving:
            if leaving.code not in (None, 0):
                outcome.problems["script"] = "it exits with %r" % (leaving.code,)
        except OutOfTime:
            outcome.problems["script"] = "timed out"
        except BaseException:
            outcome.problems["script"] = traceback.format_exc(limit=-6)[-1500:]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
            beat.end()
            sys.modules["__main__"], sys.argv[:], sys.path[:] = saved
    return outcome


def _source(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _ring(number: int, frame: Any) -> None:
    del number, frame
    raise OutOfTime("timed out")


@contextlib.contextmanager
def captured(scratch: str, outcome: Outcome) -> Iterator[None]:
    """Send what is printed, by whatever means, to a file; its end goes to the outcome."""
    with tempfile.TemporaryFile(dir=scratch or None) as sink:
        _flush()
        kept = os.dup(1), os.dup(2)
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
        try:
            yield
        finally:
            _flush()
            for number in (1, 2):
                os.dup2(kept[number - 1], number)
                os.close(kept[number - 1])
            end = sink.seek(0, os.SEEK_END)
            sink.seek(max(0, end - OUTPUT_TAIL))
            outcome.output = sink.read().decode("utf-8", "replace")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
