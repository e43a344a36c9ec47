"""Progress on stderr: one live line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from codeflash_core.pipeline.events import Event, Finished, Noted, Progressed, Tried, line_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

COLOURS = {"accepted": "green", "rejected": "red", "inconclusive": "yellow", "needs-evidence": "yellow"}

SPINNER = 3
"""Columns that the turning mark and the edge of the terminal take."""


class PlainProgress:
    """A line an event, for logs and pipes."""

    def __init__(self, *, verbose: bool = False) -> None:
        self._verbose = verbose
        self._last = ""

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def __call__(self, event: Event) -> None:
        """Hear of one event."""
        line = line_of(event)
        quiet = isinstance(event, Tried) and not self._verbose and event.decision != "accepted"
        if line != self._last and not quiet:
            print(line, file=sys.stderr, flush=True)
        self._last = line


class LiveProgress:
    """What is happening now with the budget that is left, and above it what was decided."""

    def __init__(self, *, verbose: bool = False) -> None:
        from rich.console import Console

        self._verbose = verbose
        self._console: Console = Console(stderr=True, highlight=False)
        self._status: Status = self._console.status("starting")

    def __enter__(self) -> LiveProgress:
        self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def __call__(self, event: Event) -> None:
        """Hear of one event."""
        from rich.text import Text

        match event:
            case Progressed():
                line = Text(line_of(event))
                line.truncate(self._console.width - SPINNER, overflow="ellipsis")
                self._status.update(line)
            case Tried(decision=word):
                if self._verbose or word == "accepted":
                    self._console.print(Text("  " + line_of(event), style=COLOURS.get(word, "")))
            case Finished(decision=word):
                self._console.print(Text(line_of(event), style=COLOURS.get(word, "")))
            case Noted():
                self._console.print(Text(line_of(event), style="dim"))


def progress(*, verbose: bool = False) -> PlainProgress | LiveProgress:
    """The renderer that fits where stderr goes."""
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        return LiveProgress(verbose=verbose)
    return PlainProgress(verbose=verbose)
