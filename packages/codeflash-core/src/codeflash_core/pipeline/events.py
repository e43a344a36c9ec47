"""Progress as a stream of typed events; terminals, editors and agents render it."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen


@frozen
class Progressed:
    """A stage began or went on.

    Attributes:
        stage: ``discover``, ``observe``, ``propose``, ``check``, ``measure``, ``judge`` or ``deliver``.
        target: Id of the target, or an empty string.
        message: What is happening now.
        left: Seconds of budget left, or None.
    """

    stage: str
    target: str
    message: str
    left: float | None = None


@frozen
class Tried:
    """A candidate was tried.

    Attributes:
        target: Id of the target.
        source: Who proposed it.
        decision: What became of it.
        reason: Why, one sentence.
        speedup: The measured interval as text, or an empty string.
    """

    target: str
    source: str
    decision: str
    reason: str
    speedup: str = ""


@frozen
class Finished:
    """The search for a target has ended.

    Attributes:
        target: Id of the target.
        decision: The answer.
        speedup: The measured interval as text, or an empty string.
        reason: The most important reason.
    """

    target: str
    decision: str
    speedup: str
    reason: str


@frozen
class Noted:
    """Something the reader should know.

    Attributes:
        message: One sentence.
    """

    message: str


Event = Progressed | Tried | Finished | Noted
Listener = Callable[[Event], None]
