"""From what was observed of one case-run to its scores."""

from __future__ import annotations

import difflib
import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import frozen

from codeflash_core.model.comparison import Interval
from codeflash_evals.scores.record import Scores

UNCHANGED, SAME = "unchanged", "same"
LEAST_LOG = math.log(1.02)
"""A reference that saves less is no measure for a share."""


class Planted(Protocol):
    """What scoring needs to know of a case."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Planted spots, ``path.py::function``."""

    @property
    def rank_within(self) -> int:
        """The rank from which a planted spot counts as found."""


@frozen
class Observed:
    """What was seen of a case-run.

    Attributes:
        ranked: Functions in the order of the profile.
        accepted: Lower bound of the claimed speedup by accepted function, None where none was claimed.
        changed_files: Paths that were changed.
        diff_lines: Lines added and removed.
        same: ``same``, ``different``, ``undecided``, or ``unchanged``.
        where: What was seen to differ.
        saving: Of the changed tree, the worse of the next two.
        cold: Of the changed tree on the first call of a process.
        warm: Of the changed tree on later calls, where there are any.
        reference: Of the known faster version, on the calls that ``saving`` is of.
        logs: Log ratios of both by round on those calls, the changed tree's first.
        unit: What was measured.
        cheat: How the change deceives the clock.
    """

    ranked: Sequence[str] = ()
    accepted: Mapping[str, float | None] = {}
    changed_files: Sequence[str] = ()
    diff_lines: int = 0
    same: str = UNCHANGED
    where: str = ""
    saving: Interval | None = None
    cold: Interval | None = None
    warm: Interval | None = None
    reference: Interval | None = None
    logs: tuple[Sequence[float], Sequence[float]] = ((), ())
    unit: str = ""
    cheat: str = ""


def scores_of(case: Planted, seen: Observed) -> Scores:
    """The scores of a case-run.

    Args:
        case: What was planted.
        seen: What was observed.
    """
    rank = rank_of(case.targets, seen.ranked)
    planted = bool(case.targets)
    return Scores(
        rank=rank,
        found=(rank is not None and rank <= case.rank_within) if planted else None,
        changed=_delivered(case.targets, seen) if planted else None,
        same=seen.same,
        where=seen.where,
        saving=seen.saving,
        cold=seen.cold,
        warm=seen.warm,
        reference=seen.reference,
        unit=seen.unit,
        cheat=seen.cheat,
        share=share_of(seen) if planted else None,
        false_claim=false_claim(planted=planted, seen=seen),
        diff_lines=seen.diff_lines,
    )


def _delivered(targets: Sequence[str], seen: Observed) -> bool:
    """Whether a change of one of the targets was accepted and its file was changed: not all that is accepted is combined."""
    return any(name in seen.accepted and name.partition("::")[0] in seen.changed_files for name in targets)


def rank_of(targets: Sequence[str], ranked: Sequence[str]) -> int | None:
    """The best rank, from 1, that one of the targets has; None where none was ranked."""
    ranks = [number for number, name in enumerate(ranked, 1) if name in set(targets)]
    return min(ranks, default=None)


def share_of(seen: Observed) -> float | None:
    """The share of the reference's log ratio that was earned; None where the reference was not measured or saves nothing.

    Only what does the same earns anything.
    """
    if seen.same != SAME:
        return 0.0
    ours, reference = seen.logs
    if not ours or not reference or statistics.fmean(reference) < LEAST_LOG:
        return None
    return round(statistics.fmean(ours) / statistics.fmean(reference), 4)


def false_claim(*, planted: bool, seen: Observed) -> str:
    """What was accepted and should not have been, a sentence; empty for none."""
    if not seen.accepted and not seen.changed_files:
        return ""
    if seen.same == "different":
        return f"an accepted change behaves differently: {seen.where}"
    if not planted and seen.accepted:
        return f"a change was accepted where nothing is to be found: {', '.join(sorted(seen.accepted))}"
    if seen.cheat:
        return f"an accepted change deceives the clock: {seen.cheat}"
    claimed = any(low is not None and low > 1.0 for low in seen.accepted.values())
    if claimed and seen.saving is not None and seen.saving.high < 1.0:
        return f"a speedup is claimed, and the hidden workload became slower: {seen.saving}"
    return ""


def diff_lines(before: Mapping[str, bytes | None], after: Mapping[str, bytes | None]) -> int:
    """Lines added and removed.

    Args:
        before: Old contents by path; None where there was no file.
        after: New contents of the same paths.
    """
    count = 0
    for name in before:
        old, new = (
            (each or b"").decode("utf-8", "replace").splitlines() for each in (before[name], after[name])
        )
        changed = difflib.unified_diff(old, new, n=0, lineterm="")
        count += sum(line[0] in "+-" for line in list(changed)[2:])
    return count
