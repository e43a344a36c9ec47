"""How soon a worker that died is noticed, and what follows from that."""

from __future__ import annotations

from attrs import frozen


@frozen
class Timing:
    """Times of a worker, in seconds.

    Attributes:
        lease: A worker that was not seen for so long has lost its jobs.
    """

    lease: float = 60.0

    @property
    def beat(self) -> float:
        """How often it is seen, and hears whether a job shall end: several times are missed before it counts."""
        return self.lease / 12

    @property
    def sweep(self) -> float:
        """How often it is looked for what others left lying."""
        return self.lease / 4

    @property
    def grace(self) -> float:
        """How long something may wait before it counts as left lying."""
        return self.lease / 6

    @property
    def unheard(self) -> float:
        """How long the queue believes in work that nobody is seen at: to be wrong there costs a worker its other jobs."""
        return self.lease * 5
