"""What the requests of a run cost: one line each, and their sum."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from attrs import frozen

Ended = Literal["answered", "failed", "cancelled", "unknown", "replayed"]


def known_price(told: float) -> float | None:
    """A price as somebody tells it; what can't be one is not known, and never free.

    Args:
        told: US dollars.
    """
    try:
        price = float(told)
    except OverflowError:
        return None
    return price if math.isfinite(price) and price >= 0 else None


@frozen
class Spending:
    """One request to a model, a service or an agent.

    Attributes:
        number: Its place in the run, from 1.
        target: The target it was about.
        source: Who was asked.
        step: What for, such as ``repair``.
        about: Id of the candidate that it started from, or an empty string for the original.
        outcome: ``answered``; ``failed``: there was no usable answer; ``cancelled``: it was broken off; ``unknown``:
            this process was killed before it ended; ``replayed``: the answer came from a recording, nobody was asked.
        seconds: Wall time.
        calls: Requests in it; an agent makes several.
        money: Price in US dollars; None where nobody told it.
        proposed: Ids of the candidates that came of it.
        message: Why there was no usable answer, or an empty string.
    """

    number: int
    target: str
    source: str
    step: str
    about: str = ""
    outcome: Ended = "unknown"
    seconds: float = 0.0
    calls: int = 1
    money: float | None = None
    proposed: tuple[str, ...] = ()
    message: str = ""

    @property
    def replayed(self) -> bool:
        """Whether nobody was asked."""
        return self.outcome == "replayed"


@frozen
class Bill:
    """The sum of some requests; replayed ones cost nothing now.

    Attributes:
        calls: Requests that were sent.
        money: The prices that are known, added up, in US dollars.
        unpriced: Requests whose price nobody told.
        seconds: Wall time of all requests.
        replayed: Answers taken from a recording.
        recorded_money: What those had cost when they were recorded, as far as it is known.
    """

    calls: int = 0
    money: float = 0.0
    unpriced: int = 0
    seconds: float = 0.0
    replayed: int = 0
    recorded_money: float = 0.0

    @classmethod
    def of(cls, requests: Iterable[Spending]) -> Bill:
        """The sum."""
        calls, money, unpriced, seconds, replayed, recorded = 0, 0.0, 0, 0.0, 0, 0.0
        for each in requests:
            if each.replayed:
                replayed += 1
                recorded += each.money or 0.0
                continue
            calls += each.calls
            money += each.money or 0.0
            unpriced += each.money is None
            seconds += each.seconds
        return cls(calls, money, unpriced, seconds, replayed, recorded)
