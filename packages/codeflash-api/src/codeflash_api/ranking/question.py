"""What is asked when candidates are to be ranked."""

from __future__ import annotations

from attrs import frozen


@frozen
class Contestant:
    """One candidate that is correct and faster.

    Attributes:
        diff: Its change, as the client shows it.
        speedup: The original's time divided by its own.
        optimization_id: The client's name for it.
    """

    diff: str
    speedup: float
    optimization_id: str


@frozen
class RankQuestion:
    """Which of these should be taken?

    Attributes:
        contestants: The candidates in the client's order.
        references: Callers of the function, in markdown; may be empty.
    """

    contestants: tuple[Contestant, ...]
    references: str = ""
