"""A version of the project: the original plus the files a candidate changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from codeflash_core.model.cheat import Cheat
from codeflash_core.model.decision import Decision, DecisionWord


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
        refusals: Why it is refused before anything runs, cheats first; empty when it may run.
        cautions: What a reader should know: caches, imports, new names.
        keeps_state: Whether it keeps state across calls, so that it is timed cold as well.
        separate: Whether the versions can't share one process for timing.
        adds: New module-private names, left out of the comparison of globals.
        cheats: Cheats that its text shows.
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
    cheats: tuple[Cheat, ...] = ()

    @property
    def refusal(self) -> Decision:
        """The decision where there are refusals."""
        return Decision(DecisionWord.REJECTED, self.refusals, self.cheats[0].kind if self.cheats else None)

    def refused_as(self, cheats: Sequence[Cheat]) -> Prepared:
        """The same with more cheats that were seen in it."""
        if not cheats:
            return self
        known = (*self.cheats, *cheats)
        return evolve(self, cheats=known, refusals=(*map(str, cheats), *self.refusals))
