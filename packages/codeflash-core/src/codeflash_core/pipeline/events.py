"""Progress as a stream of typed events; terminals, editors and agents render it."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from codeflash_core.reports.text import visible


@frozen
class Progressed:
    """A stage began or went on.

    Attributes:
        stage: ``wait``, ``discover``, ``observe``, ``propose``, ``check``, ``measure``, ``judge`` or ``deliver``.
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


MARKS = {"accepted": "✓", "rejected": "✗", "inconclusive": "?", "needs-evidence": "!"}
"""What stands for a decision in a line."""


Event = Progressed | Tried | Finished | Noted
Listener = Callable[[Event], None]


def line_of(event: Event) -> str:
    """An event in one line for people; what strangers wrote in it steers no terminal."""
    return visible(_line_of(event))


def _line_of(event: Event) -> str:
    match event:
        case Progressed(stage=stage, target=target, message=message, left=left):
            budget = f"  ({left:.0f} s left)" if left is not None else ""
            return f"{stage:<8} {target + '  ' if target else ''}{message}{budget}"
        case Tried(target=_, source=source, decision=word, reason=reason, speedup=figure):
            return f"{MARKS.get(word, '-')} {source}  {figure + '  ' if figure else ''}{reason}"
        case Finished(target=target, decision=word, speedup=figure, reason=reason):
            return f"{MARKS.get(word, '-')} {target}  {word}  {figure + '  ' if figure else ''}{reason}"
        case Noted(message=message):
            return f"note     {message}"
