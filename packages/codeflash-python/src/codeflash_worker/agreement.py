"""What the timed versions give, compared outside the timed region: a block of unequal outputs is void."""

from __future__ import annotations

import itertools
import random
import sys
from typing import Any, Callable, Dict, List, Sequence

from codeflash_worker import encode
from codeflash_worker.state import Refusal
from codeflash_worker.stopwatch import DRAIN_LIMIT, Stopwatch
from codeflash_worker.workpiece import Workpiece


class Seen:
    """The outcome of one call.

    Attributes:
        digest: Digest of result or exception and of the arguments afterwards; empty where it cannot be taken.
        lazy: Whether the result does its work when it is read.
    """

    def __init__(self, digest: str, lazy: bool) -> None:
        self.digest = digest
        self.lazy = lazy


def compare(
    calls: Sequence[Callable[..., Any]],
    piece: Workpiece,
    stopwatch: Stopwatch,
    reset: Callable[[], None],
    dice: random.Random,
) -> List[Seen]:
    """Call each version once, in random order, on its own copy of an input, after ``reset``."""
    seen: List[Any] = [None] * len(calls)
    for side in dice.sample(range(len(calls)), len(calls)):
        reset()
        seen[side] = _observe(calls[side], piece, stopwatch)
    return seen


def is_lazy(call: Callable[..., Any], piece: Workpiece, stopwatch: Stopwatch) -> bool:
    """Call once, use the result up, and say whether it was lazy."""
    opened = piece.fresh()
    try:
        result = call(*opened.args, **opened.kwargs)
        lazy = stopwatch.is_lazy(result)
        stopwatch.use_up(result)
    except BaseException:
        return False
    return lazy


def differing(first: Any) -> List[str]:
    """Inputs on which the versions gave different outputs."""
    return [name for name, seen in first.items() if len({each.digest for each in seen}) > 1]


def digests(first: Any, last: Any) -> Dict[str, str]:
    """What the one version of this process gave for each input; before and after, where that differs."""
    found = {name: seen[0].digest for name, seen in first.items()}
    for name, seen in last.items():
        if seen[0].digest != found[name]:
            found[name] += " then " + seen[0].digest
    return found


def _observe(call: Callable[..., Any], piece: Workpiece, stopwatch: Stopwatch) -> Seen:
    opened = piece.fresh()
    lazy = False
    try:
        result = call(*opened.args, **opened.kwargs)
        lazy = stopwatch.is_lazy(result)
        if lazy:
            outcome = ("items", list(itertools.islice(result, DRAIN_LIMIT)))
        else:
            outcome = ("result", stopwatch.use_up(result))
    except BaseException as error:
        outcome = ("exception", [type(error).__qualname__, str(error)])
    value = (outcome, opened.args if not opened.feeds else (), opened.kwargs if not opened.feeds else {})
    try:
        return Seen(encode.digest(encode.graph(value)), lazy)
    except Exception as error:
        raise Refusal("outputs", "%s: %s" % (type(error).__name__, error)) from None


def reseed(seed: int) -> None:
    """Put the shared random generators into a known state."""
    random.seed(seed)
    numpy = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed(seed % (1 << 32))
