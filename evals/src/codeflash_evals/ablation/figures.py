"""Shares of what was judged, with exact bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from codeflash_core.stats.shares import lower_bound, upper_bound
from codeflash_evals.ablation.cases import Kind, Truth
from codeflash_evals.ablation.lines import Judged

LEVEL = 0.95
"""Two-sided confidence of the bounds."""


@frozen
class Share:
    """How many of some cases.

    Attributes:
        found: Those that are meant.
        of: All that were judged.
    """

    found: int
    of: int

    @property
    def bounds(self) -> tuple[float, float]:
        """The exact interval of the share, 0 to 1 each; all there is where nothing was judged."""
        if not self.of:
            return 0.0, 1.0
        one_sided = 1 - (1 - LEVEL) / 2
        return lower_bound(self.found, self.of, one_sided), upper_bound(self.found, self.of, one_sided)

    def __str__(self) -> str:
        """Per 100, with its interval: ``2.5 [0.1, 13.2]``; a dash where nothing was judged."""
        if not self.of:
            return "–"
        low, high = self.bounds
        return f"{100 * self.found / self.of:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


@frozen
class Row:
    """One configuration.

    Attributes:
        configuration: Its name.
        wrong: Wrong ones that were accepted.
        false: Those without a gain that were accepted as faster.
        lost: Right ones that were not accepted.
    """

    configuration: str
    wrong: Share
    false: Share
    lost: Share

    @property
    def cases(self) -> int:
        """All that was judged."""
        return self.wrong.of + self.false.of + self.lost.of


def row(configuration: str, judged: Iterable[Judged]) -> Row:
    """The figures of one configuration."""
    mine = [each for each in judged if each.configuration == configuration]

    def share(truth: Truth, *, accepted: bool) -> Share:
        of = [each for each in mine if each.kind.truth is truth]
        return Share(sum(each.accepted is accepted for each in of), len(of))

    return Row(
        configuration,
        share(Truth.WRONG, accepted=True),
        share(Truth.NO_GAIN, accepted=True),
        share(Truth.RIGHT, accepted=False),
    )


def accepted_of(kind: Kind, configuration: str, judged: Sequence[Judged]) -> Share:
    """How many of a kind a configuration accepts."""
    mine = [each for each in judged if each.kind is kind and each.configuration == configuration]
    return Share(sum(each.accepted for each in mine), len(mine))
