"""One block of the measuring algorithm: quads of samples, ABBA or BAAB at random, in this one process.

Blocked interleaving follows Grambow et al., WoSC 2019; the garbage collector stays on, because switching
it off flatters code that allocates.
"""

from __future__ import annotations

import gc
import random
import threading
from typing import Any, Callable, Dict, List, Sequence

from codeflash_worker import agreement
from codeflash_worker.clock import perf_counter_ns
from codeflash_worker.state import Refusal, State
from codeflash_worker.stopwatch import Sample, Stopwatch
from codeflash_worker.workpiece import Workpiece, chunk_batch

LEAST_QUADS = 4
LONG_CALL_NS = 50_000_000
"""A call this long is its own warm-up."""
COLD_CHUNKS = 16

Calls = Sequence[Callable[..., Any]]


class Settings:
    """What a block may spend, and its seed; times in nanoseconds.

    Attributes:
        quads: Quads per input; a process of one version takes two samples for each.
        sample_ns: Longest sample that is made of several calls.
        timing_ns: Time for all samples of short calls together.
        limit_ns: Time for all samples; long calls get fewer quads, at least four.
        copies_ns: Time for making copies of arguments.
        seed: Seed of every random choice.
        clocks: The fixed clocks of :mod:`codeflash_worker.fixed_clock`, or None.
    """

    def __init__(self, request: Dict[str, Any]) -> None:
        self.quads = max(1, int(request.get("quads", 12)))
        self.sample_ns = float(request.get("sample_ns", 1e6))
        self.timing_ns = float(request.get("timing_ns", 130e6))
        self.limit_ns = float(request.get("limit_ns", 2e9))
        self.copies_ns = float(request.get("copies_ns", 1e9))
        self.seed = int(request.get("seed", 0))
        self.clocks: Any = None

    def reset(self) -> None:
        """Put random state and fixed clocks at their start."""
        agreement.reseed(self.seed)
        if self.clocks is not None:
            self.clocks.reset()


class Record:
    """Samples of one input, per side, in nanoseconds per call."""

    def __init__(self, name: str, loops: int, sides: int) -> None:
        self.name = name
        self.loops = loops
        self.cpu: List[List[float]] = [[] for _ in range(sides)]
        self.wall: List[List[float]] = [[] for _ in range(sides)]

    def add(self, side: int, sample: Sample, calls: int) -> None:
        """Keep one sample of a number of calls."""
        self.cpu[side].append(sample[0] / calls)
        self.wall[side].append(sample[1] / calls)


class Result:
    """What a block measured.

    Attributes:
        records: Samples, one record per input.
        threads: Most threads seen.
        first: What each input gave, per side, outside the timed region; see :mod:`agreement`.
        last: The same after the timing: a version may change its ways when it is called often enough.
    """

    def __init__(self) -> None:
        self.records: List[Record] = []
        self.threads = 1
        self.first: Dict[str, List[agreement.Seen]] = {}
        self.last: Dict[str, List[agreement.Seen]] = {}


def measure(state: State, function: Any, calls: Calls, pieces: List[Workpiece], settings: Settings) -> Result:
    """Time one or two versions on inputs that are used again and again.

    Args:
        state: Told which input is worked on.
        function: The plain function of the baseline: says how results are used up.
        calls: What is called: the baseline and the candidate, or one version.
        pieces: The inputs.
        settings: Budgets and seed.

    Raises:
        Refusal: An input does not load.
    """
    dice = random.Random(settings.seed)
    stopwatch = Stopwatch(function)
    others = threading.active_count()
    result = Result()
    estimates = []
    for number, piece in enumerate(pieces):
        state.progress(number)
        seen = agreement.compare(calls, piece, stopwatch, settings.reset, dice)
        result.first[piece.id] = seen
        piece.prepare(stopwatch, any(each.lazy for each in seen))
        estimates.append(_calibrate(calls, piece, stopwatch, settings, len(pieces), dice))
    quads = _affordable(estimates, pieces, settings, len(calls))
    for number, piece in enumerate(pieces):
        state.progress(number)
        _warm(calls, piece, stopwatch, estimates[number], dice)
    result.records = [Record(piece.id, piece.loops, len(calls)) for piece in pieces]
    gc.collect()
    started = perf_counter_ns()
    rounds = quads if len(calls) == 2 else 2 * quads
    for done in range(rounds):
        if done >= LEAST_QUADS and perf_counter_ns() - started > 2 * settings.limit_ns:
            break
        for number in dice.sample(range(len(pieces)), len(pieces)):
            state.progress(number)
            _quad(calls, pieces[number], stopwatch, result.records[number], dice)
    for number, piece in enumerate(pieces):
        state.progress(number)
        result.last[piece.id] = agreement.compare(calls, piece, stopwatch, settings.reset, dice)
    state.progress(-1)
    result.threads = max(stopwatch.threads, 1 + threading.active_count() - others)
    stopwatch.close()
    return result


def _quad(calls: Calls, piece: Workpiece, stopwatch: Stopwatch, record: Record, dice: random.Random) -> None:
    """Two samples of each side, ABBA or BAAB; one sample where there is one side."""
    order = dice.choice(((0, 1, 1, 0), (1, 0, 0, 1))) if len(calls) == 2 else (0,)
    for side in order:
        batch = piece.batch(piece.loops)
        record.add(side, stopwatch.watch(piece.sampler, calls[side], batch), piece.loops)
        del batch


def _calibrate(
    calls: Calls,
    piece: Workpiece,
    stopwatch: Stopwatch,
    settings: Settings,
    inputs: int,
    dice: random.Random,
) -> List[float]:
    """Choose the calls per sample; gives the wall time of one call per side."""
    samples = 4 * settings.quads * inputs
    wanted = min(settings.sample_ns, settings.timing_ns / samples)
    most = piece.most_loops(settings.copies_ns / (samples + 8 * inputs))
    per_call = [0.0] * len(calls)
    for side in dice.sample(range(len(calls)), len(calls)):
        loops = 1
        while True:
            spent = piece.sampler(calls[side], piece.batch(loops))[1]
            per_call[side] = max(spent / loops, 1.0)
            if spent >= wanted / 4 or loops >= most:
                break
            loops = min(most, 16 * loops, max(2 * loops, int(wanted / 2 / per_call[side])))
    by_baseline = wanted / per_call[0]
    by_candidate = 4 * wanted / per_call[-1]
    piece.loops = max(1, min(most, int(by_baseline), int(by_candidate)))
    return per_call


def _affordable(estimates: List[List[float]], pieces: List[Workpiece], settings: Settings, sides: int) -> int:
    """Quads that the time limit allows."""
    samples = 2 if sides == 2 else 4
    quad = sum(samples * sum(each) * piece.loops for each, piece in zip(estimates, pieces))
    if quad * settings.quads <= settings.limit_ns:
        return settings.quads
    return max(min(LEAST_QUADS, settings.quads), int(settings.limit_ns / quad))


def _warm(
    calls: Calls, piece: Workpiece, stopwatch: Stopwatch, estimate: List[float], dice: random.Random
) -> None:
    for side in dice.sample(range(len(calls)), len(calls)):
        if estimate[side] < LONG_CALL_NS:
            stopwatch.watch(piece.sampler, calls[side], piece.batch(piece.loops))


def measure_cold(
    state: State, function: Any, calls: Calls, pieces: List[Workpiece], settings: Settings
) -> Result:
    """Time versions on inputs of which each is used once by each side.

    The inputs are cut into chunks at random; a sample is one pass over a chunk. Some inputs are spent on
    warming up the interpreter, not the caches of the code.

    Args:
        state: Told which chunk is worked on.
        function: The plain function of the baseline.
        calls: What is called.
        pieces: At least four different inputs.
        settings: The seed; budgets do not apply.

    Raises:
        Refusal: ``inputs`` where there are too few different ones.
    """
    distinct = list({piece.blob: piece for piece in pieces}.values())
    if len(distinct) < 4:
        raise Refusal("inputs", "cold timing needs four different inputs, got %d" % len(distinct))
    dice = random.Random(settings.seed)
    dice.shuffle(distinct)
    stopwatch = Stopwatch(function)
    others = threading.active_count()
    warming, timed = distinct[: max(1, len(distinct) // 8)], distinct[max(1, len(distinct) // 8) :]
    lazy = False
    for piece in warming:
        lazy = agreement.is_lazy(calls[0], piece, stopwatch) or lazy
        for call in calls[1:]:
            agreement.is_lazy(call, piece, stopwatch)
    sampler, _ = stopwatch.sampler(lazy, True)
    size = max(1, len(timed) // COLD_CHUNKS)
    chunks = [timed[at : at + size] for at in range(0, len(timed) - size + 1, size)]
    result = Result()
    record = Record("cold", size, len(calls))
    gc.collect()
    for number, chunk in enumerate(chunks):
        state.progress(number)
        for side in dice.sample(range(len(calls)), len(calls)):
            batch = chunk_batch(chunk)
            record.add(side, stopwatch.watch(sampler, calls[side], batch), len(chunk))
            del batch
    state.progress(-1)
    result.records = [record]
    result.threads = max(stopwatch.threads, 1 + threading.active_count() - others)
    stopwatch.close()
    return result
