"""A version of the project: the original plus the files a candidate changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from attrs import field, frozen


@frozen
class Side:
    """One of the two things compared.

    Attributes:
        id: Content address of the changes; the original's is ``original``.
        changes: New bytes of each changed file by path relative to the root; None deletes the file.
    """

    id: str = "original"
    changes: Mapping[str, bytes | None] = field(factory=dict)

    @classmethod
    def of(cls, changes: Mapping[str, bytes | None]) -> Side:
        """The side that these changes make, with its content address."""
        if not changes:
            return cls()
        digest = hashlib.sha256()
        for path in sorted(changes):
            content = changes[path]
            digest.update(f"{path}\0{-1 if content is None else len(content)}\0".encode() + (content or b""))
        return cls(digest.hexdigest()[:16], dict(changes))


ORIGINAL = Side()
"""The project as it is."""


UNCHANGED = "unchanged"
"""The form of a change that only concerns layout, comments or names of local variables."""


@frozen
class Prepared:
    """A candidate made ready to run, or the reasons why it is refused unread.

    Attributes:
        side: The files it changes.
        diff: Unified diff against the original.
        refusals: Why it is refused before anything runs; empty when it may run.
        cautions: What a reader should know: caches, imports, new names.
        keeps_state: Whether it keeps state across calls, so that it is timed cold as well.
        separate: Whether the versions can't share one process for timing.
        adds: New module-private names, left out of the comparison of globals.
        form: Identifies the change but for layout, comments and names of local variables: :data:`UNCHANGED` where
            nothing else changes; empty where there is no normal form.
    """

    side: Side
    diff: str
    refusals: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    keeps_state: bool = False
    separate: bool = False
    adds: tuple[str, ...] = ()
    form: str = ""
