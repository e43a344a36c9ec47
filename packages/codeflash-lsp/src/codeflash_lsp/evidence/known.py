"""What is known of a function from a recorded run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from codeflash_core.model.candidate import patched
from codeflash_core.model.comparison import Interval
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.verdict import Evidence, Same
from codeflash_lsp.texts.edits import Standing, Touched, Untouched, standing


@frozen
class Known:
    """The newest answer of a run about one function.

    Attributes:
        run: Id of the run.
        command: The command that repeats it.
        started: ISO 8601 time, UTC.
        root: The project's folder.
        path: The function's file, relative to the root, POSIX style.
        function: Its dotted name.
        result: The answer with all that was tried.
        files: SHA-256 of each file of the project as it was then, by path.
        unconfined: What the sandbox did not confine.
    """

    run: str
    command: str
    started: str
    root: Path
    path: str
    function: str
    result: TargetResult
    files: Mapping[str, str] = field(factory=dict, repr=False)
    unconfined: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether a faster version was proven."""
        return self.result.deliverable

    @property
    def interval(self) -> Interval | None:
        """The measured speedup of the best version; None where it was not measured."""
        best = self.result.best
        comparison = best.comparison if best else None
        return comparison.interval if comparison else None

    @property
    def evidence(self) -> Evidence:
        """What the verdict rests on; empty where there is none."""
        verdict = self.result.best.verdict if self.result.best else None
        return verdict.evidence if isinstance(verdict, Same) else Evidence()

    @property
    def before(self) -> str | None:
        """The file's text as it was proven; None where it was not kept."""
        return self.result.original.get(self.path)

    @property
    def after(self) -> str | None:
        """The file's text with the proven version; None where that changes more than this file."""
        best, before = self.result.best, self.before
        if best is None or before is None or set(best.candidate.files) != {self.path}:
            return None
        return patched(before, best.diff, self.path)

    def standing(self, text: str) -> Standing:
        """What an edit of the file means for the answer.

        Args:
            text: The file's text now, without byte order mark.
        """
        if self.before is None:
            return Touched(False, "its text was not kept")
        return standing(self.before, text, self.function)

    def is_applied_in(self, text: str) -> bool:
        """Whether the text has the proven version of the function already.

        Args:
            text: The file's text now, without byte order mark.
        """
        return self.after is not None and isinstance(standing(self.after, text, self.function), Untouched)


def changed_since(known: Known, now: Mapping[str, bytes | None]) -> tuple[str, ...]:
    """Which other files that the function rests on are not as they were.

    Args:
        known: The answer.
        now: What those files hold now, by path relative to the root; None for one that is gone.
    """
    return tuple(
        path
        for path, data in sorted(now.items())
        if path != known.path
        and (None if data is None else hashlib.sha256(data).hexdigest()) != known.files.get(path)
    )
