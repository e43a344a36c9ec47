"""Notes whether a fault behind ``try`` only ever leads to the handler.

The text of a watched fault makes a guard on each way into the ``try`` statement and tells it what happens: the fault
is reached, a handler begins, the statement is left.
"""

from __future__ import annotations

import builtins

NAME = "__codeflash_guard__"
"""The name by which a watched text makes guards; among the builtins, so that no module's data change."""


class Tally:
    """What all guards of one replay saw.

    Attributes:
        reached: Ways through the statement that came to the fault.
        past: Those that did not end in a handler, and faults that ran when the statement had been left.
    """

    def __init__(self) -> None:
        self.reached = 0
        self.past = 0

    def install(self) -> None:
        """Make the guards known in this process."""
        setattr(builtins, NAME, lambda: Guard(self))


class Guard:
    """One way through the statement."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._reached = self._handled = self._left = False

    def reached(self) -> None:
        """The fault is about to run."""
        if self._left:
            self._tally.past += 1
        elif not self._reached:
            self._reached = True
            self._tally.reached += 1

    def handled(self) -> None:
        """A handler of the statement begins."""
        self._handled = True

    def left(self) -> None:
        """The statement is over, whichever way."""
        self._left = True
        if self._reached and not self._handled:
            self._tally.past += 1
