"""Keeps the arguments of a workload's calls, as many as the budget of time and space allows."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import pickle
import random
import re
import signal
import threading
from collections import Counter
from typing import Any, Dict, List, Optional, Tuple

from codeflash_worker import clock, facts, payload
from codeflash_worker.sites import Arguments, Observer, Site

CAP = 400
"""Distinct calls kept per target."""
BYTES_KEPT = 96 * 1024 * 1024
"""Total size of all payloads."""
FREE_NS = 550_000_000
PART_OF_RUN = 1.5
"""Recording may take 0.55 s, or 1.5 times what the rest of the run takes, whichever is more (promised: 1 s
or a run of 3 times the length)."""
PASSING_NS = 3_000
"""What it costs that a call passes by, whether or not it is kept."""
MOST_REASONS = 20
PARTICULARS = re.compile(r"(?:/[^\s/:'\"]+)+|0x[0-9a-fA-F]+")
ONE_SHOT = (enumerate, map, zip, filter, reversed, itertools.chain, itertools.islice, itertools.takewhile)
"""Iterators that offer nothing but their items."""
MANY_REPEATS = 1000
"""After so many calls in a row that bring nothing new, ever fewer are looked at."""
MOST_SKIPPED = 1000
"""Calls that pass by unobserved for lack of time before the function is left alone for a while."""
REVIVED_AFTER = 0.05
"""Seconds of CPU time until functions that were left alone are looked at again."""
LEAST_SAMPLED = 0.02
"""Once the cap is reached, at least this share of the calls is looked at."""


class Kept:
    """A distinct call that is kept."""

    __slots__ = ("grade", "ns", "origin", "payload", "size", "weight")

    def __init__(self, payload: bytes, origin: str, grade: str, size: Optional[int]) -> None:
        self.payload = payload
        self.origin = origin
        self.grade = grade
        self.size = size
        self.weight = 0.0
        self.ns = 0.0


class Note:
    """A call under way."""

    __slots__ = ("pending", "sha", "size", "weight")

    def __init__(self, pending: Any, sha: str, size: Optional[int], weight: float) -> None:
        self.pending = pending
        self.sha = sha
        self.size = size
        self.weight = weight


class Book:
    """What is known of one target's calls."""

    def __init__(self) -> None:
        self.site_facts: Optional[facts.Facts] = None
        self.kept: Dict[str, Kept] = {}
        self.unkept: Counter[str] = Counter()
        self.in_test: Dict[str, int] = {}
        self.reached_by: Dict[str, None] = {}
        self.origin = ""
        self.share = 1.0
        self.skipped = 0
        self.sampled = False
        self.calls = 0
        self.fresh = 0
        self.repeats = 0
        self.ns = 0
        self.bytes = 0


class Recorder(Observer):
    """Observes calls and keeps a seeded sample of the distinct ones.

    Attributes:
        origin: The test, or the script, that is running.
        grade: Grade of what it gives.
    """

    def __init__(self, seed: int, cap: int = CAP, share: int = 1) -> None:
        self.origin = ""
        self.grade = "test"
        self.cap = cap
        self.books: Dict[str, Book] = {}
        self._random = random.Random(seed)
        self._lock = threading.RLock()
        self._room = BYTES_KEPT // max(1, share)
        self._spent_ns = 0
        if hasattr(os, "register_at_fork"):
            # Another thread may hold the lock when a test forks.
            os.register_at_fork(after_in_child=self._renew_lock)
        self._started = clock.perf_counter_ns()
        self._retired: List[Site] = []
        self._seen: List[Site] = []
        self._timer: Any = None

    def _renew_lock(self) -> None:
        self._lock = threading.RLock()

    def start(self) -> None:
        """The workload begins now: what was spent before does not count."""
        self._started = clock.perf_counter_ns()
        self._spent_ns = 0

    def book(self, key: str) -> Book:
        """The book of a target."""
        found = self.books.get(key)
        if found is None:
            found = self.books[key] = Book()
        return found

    def next_origin(self, origin: str) -> None:
        """Another test begins; functions that were called too often are watched again."""
        self.origin = origin
        for site in self._seen:
            site.resume()
        self._seen = []
        self._revive()

    def _affordable(self) -> bool:
        rest = clock.perf_counter_ns() - self._started - self._spent_ns
        return self._spent_ns < max(FREE_NS, rest * PART_OF_RUN)

    def wants(self, site: Site) -> bool:
        """Count the call; observe it if it is drawn and there is time for it."""
        book = self.book(site.key)
        with self._lock:
            book.calls += 1
            if book.origin is not self.origin:
                book.origin = self.origin
                book.reached_by[self.origin] = None
            self._spent_ns += PASSING_NS
            if not self.cap:
                # One call a test says all.
                site.stop()
                self._seen.append(site)
                return False
            book.share = 1.0
            if len(book.kept) >= self.cap:
                book.share = max(LEAST_SAMPLED, self.cap / book.calls)
            elif book.repeats > MANY_REPEATS:
                book.share = max(LEAST_SAMPLED, MANY_REPEATS / book.repeats)
            if book.share < 1.0 and self._random.random() > book.share:
                # Looked at now and then only: this must cost next to nothing.
                if book.calls & 255 == 0 and not self._affordable():
                    self._retire(site)
                return False
            if self._affordable():
                book.skipped = 0
                return True
            book.sampled = True
            book.skipped += 1
            if book.skipped > MOST_SKIPPED:
                self._retire(site)
            return False

    def before(self, site: Site, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[Any, Arguments]:
        """Keep the arguments as they are before the call."""
        book = self.book(site.key)
        start = clock.perf_counter_ns()
        try:
            return self._keep(site, book, args, kwargs, 1.0 / book.share)
        finally:
            self._spent_ns += clock.perf_counter_ns() - start

    def _retire(self, site: Site) -> None:
        """Let the function run at full speed until there is time again."""
        site.stop()
        book = self.book(site.key)
        book.skipped, book.sampled = 0, True
        self._retired.append(site)
        if self._timer is None and threading.current_thread() is threading.main_thread():
            # The process's own CPU time, a signal that hardly any program uses; no thread is started.
            self._timer = signal.signal(signal.SIGVTALRM, self._revive)
            signal.setitimer(signal.ITIMER_VIRTUAL, REVIVED_AFTER, REVIVED_AFTER)

    def _revive(self, *_: Any) -> None:
        if self._retired and self._affordable():
            for site in self._retired:
                site.resume()
            self._retired = []

    def stop(self) -> None:
        """The workload is over."""
        self._retired, self._seen = [], []
        if self._timer is not None:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, self._timer)
            self._timer = None

    def _keep(
        self, site: Site, book: Book, args: Tuple[Any, ...], kwargs: Dict[str, Any], weight: float
    ) -> Tuple[Any, Arguments]:
        if book.site_facts is None:
            book.site_facts = facts.Facts(site.function)
        try:
            book.site_facts.see(args, kwargs)
            extent = facts.size(args, kwargs)
            short = trimmed(site, args, kwargs)
            pending = self._pending(*short)
            data = None if pending.args is not short[0] else pending.finish()
            sha = hashlib.sha256(data).hexdigest() if data is not None else ""
            if data is not None and sha not in book.kept and not is_plain(data):
                # Only what is new is made certain of: it takes several times as long.
                payload.dump(*short, verify=True)
        except payload.Unkeepable as error:
            self._refuse(book, error.reason)
            return None, (args, kwargs)
        except Exception as error:  # Foreign attributes and methods raise anything.
            self._refuse(book, type(error).__name__)
            return None, (args, kwargs)
        if data is not None:
            return Note(pending, sha, extent, weight), (args, kwargs)
        return Note(pending, "", extent, weight), (pending.args, pending.kwargs)

    def _pending(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> payload.Pending:
        """The arguments kept; iterators over what can't be kept, such as a file, are kept as generators.

        Raises:
            Unkeepable: They cannot be kept either way.
        """
        try:
            return payload.Pending(args, kwargs, verify=False)
        except payload.Unkeepable:
            if not any(type(value) in ONE_SHOT for value in (*args, *kwargs.values())):
                raise
        relays: Dict[int, Any] = {}
        for value in (*args, *kwargs.values()):
            if type(value) in ONE_SHOT and id(value) not in relays:
                relays[id(value)] = (item for item in value)
        return payload.Pending(
            tuple(relays.get(id(value), value) for value in args),
            {name: relays.get(id(value), value) for name, value in kwargs.items()},
            verify=False,
        )

    def _refuse(self, book: Book, reason: str) -> None:
        # One reason is counted once, whatever file or address it names.
        reason = PARTICULARS.sub("...", reason)
        with self._lock:
            if reason not in book.unkept and len(book.unkept) >= MOST_REASONS:
                reason = "other reasons"
            book.unkept[reason] += 1
            book.in_test[self.origin] = book.in_test.get(self.origin, 0) + 1

    def after(self, site: Site, note: Any, spent_ns: int) -> None:
        """Note what the call took, and what it read of its generators."""
        book = self.book(site.key)
        book.ns += spent_ns
        if note is None:
            return
        start = clock.perf_counter_ns()
        try:
            data = note.pending.finish()
            sha = note.sha or hashlib.sha256(data).hexdigest()
            with self._lock:
                self._enter(book, sha, data, note, spent_ns)
        except payload.Unkeepable as error:
            self._refuse(book, error.reason)
        finally:
            self._spent_ns += clock.perf_counter_ns() - start

    def _enter(self, book: Book, sha: str, data: bytes, note: Note, spent_ns: int) -> None:
        kept = book.kept.get(sha)
        if kept is None:
            book.fresh += 1
            if len(book.kept) >= self.cap:
                # Algorithm R (Vitter 1985): each distinct call is as likely to stay as any other.
                if self._random.random() >= self.cap / book.fresh:
                    return
                victim = book.kept.pop(self._random.choice(list(book.kept)))
                book.bytes -= len(victim.payload)
            if book.bytes + len(data) > self._room:
                book.unkept["no room for more recorded arguments"] += 1
                return
            kept = book.kept[sha] = Kept(data, self.origin, self.grade, note.size)
            book.bytes += len(data)
            book.repeats = 0
        else:
            book.repeats += 1
        kept.weight += note.weight
        kept.ns += spent_ns * note.weight

    def told(self, keys: List[str]) -> Tuple[List[Dict[str, Any]], List[bytes]]:
        """What was recorded of each target, in this order, and the payloads it refers to by number."""
        blobs: List[bytes] = []
        targets = []
        for key in keys:
            book = self.book(key)
            calls = []
            for sha, kept in book.kept.items():
                calls.append(
                    {
                        "id": sha,
                        "blob": len(blobs),
                        "grade": kept.grade,
                        "origin": kept.origin,
                        "count": max(1, round(kept.weight)),
                        "seconds": kept.ns / 1e9,
                        "size": kept.size,
                    }
                )
                blobs.append(kept.payload)
            targets.append(
                {
                    "key": key,
                    "calls": calls,
                    "total_calls": book.calls,
                    "seconds": book.ns / 1e9,
                    "reached_by": [origin for origin in book.reached_by if origin],
                    "unkept": dict(book.unkept),
                    "in_test": [origin for origin in book.in_test if origin],
                    "parameters": book.site_facts.told() if book.site_facts else {},
                    "sampled": book.sampled,
                }
            )
        return targets, blobs


def trimmed(site: Site, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
    """The arguments without those that are the parameters' own defaults.

    A mutable default must stay the function's own, or state kept in it would be lost.
    """
    function = site.function
    defaults = function.__defaults__ or ()
    count = site.code.co_argcount
    if len(args) == count:
        while defaults and args and args[-1] is defaults[-1]:
            args, defaults = args[:-1], defaults[:-1]
    named = function.__kwdefaults__ or {}
    if named and kwargs:
        missing = object()
        kwargs = {name: value for name, value in kwargs.items() if named.get(name, missing) is not value}
    return args, kwargs


class _PlainOnly(pickle.Unpickler):
    """Loads what consists of built-in containers, numbers and strings alone."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError("%s.%s is no plain value" % (module, name))


def is_plain(data: bytes) -> bool:
    """Whether a payload holds exact built-in values only, which every pickle brings back as they were."""
    try:
        _PlainOnly(io.BytesIO(data)).load()
    except Exception:
        return False
    return True
