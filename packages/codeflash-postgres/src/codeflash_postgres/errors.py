"""What goes wrong with a database, for people."""

from __future__ import annotations

from codeflash_core.errors import PrerequisiteError


class DatabaseAway(PrerequisiteError):
    """The database can't do it now: it is away, too slow, or all connections to it are taken.

    Attributes:
        retry_after: Seconds after which it is worth trying again.
    """

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedStatement(Exception):
    """The database could do it, and refuses: a bug of ours. It says the kind of the problem and quotes nothing."""
