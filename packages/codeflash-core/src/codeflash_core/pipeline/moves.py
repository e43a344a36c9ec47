"""What a round of the search does: the questions it puts to sources, chosen by what has paid so far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from codeflash_core.model.candidate import COMBINED, Candidate, Cost, candidate_id
from codeflash_core.model.decision import Attempt
from codeflash_core.model.verdict import Different
from codeflash_core.pipeline.asking import knows
from codeflash_core.pipeline.combine import merge_files
from codeflash_core.pipeline.population import Population, Version
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.sources import Source, Step, is_paid

PRIOR_GAIN = 0.1
"""Log gain that a question is expected to bring while nothing is known of its like."""
PRIOR_SHARE = 0.05
"""Share of the budget that it is expected to take."""
HOPE = {Step.REPAIR: 1.5, Step.REFINE: 1.0, Step.PROPOSE: 1.0, Step.PROFILE: 0.8, Step.ADAPT: 0.7}
"""How much more or less than others a step is expected to bring."""
MOST_COMBINED = 3


@frozen
class Move:
    """One question to one source.

    Attributes:
        source: Who is asked.
        step: What for.
        about: What it starts from: a chain for :attr:`Step.ADAPT`, else one attempt, or none for the original.
    """

    source: Source
    step: Step
    about: tuple[Attempt, ...] = ()

    @property
    def key(self) -> str:
        """Names what the question is about."""
        return "+".join(each.candidate.id for each in self.about)

    @property
    def arm(self) -> tuple[str, Step]:
        """What it has in common with other questions."""
        return self.source.name, self.step


@frozen
class _Paid:
    asked: int = 0
    share: float = 0.0
    gain: float = 0.0


class Payoff:
    """What questions have cost and gained; it follows from recorded answers and blocks alone."""

    def __init__(self, settings: SearchSettings) -> None:
        self._settings = settings
        self._paid: dict[tuple[str, Step], _Paid] = {}

    def asked(self, move: Move, cost: Cost) -> None:
        """Note what a question cost."""
        paid = self._paid.get(move.arm, _Paid())
        self._paid[move.arm] = evolve(paid, asked=paid.asked + 1, share=paid.share + self._share(cost))

    def gained(self, arm: tuple[str, Step], log_gain: float) -> None:
        """Note that a candidate of such a question became the best so far."""
        paid = self._paid.get(arm, _Paid())
        self._paid[arm] = evolve(paid, gain=paid.gain + max(0.0, log_gain))

    def expected(self, move: Move) -> float:
        """The log gain that one more such question is expected to bring."""
        paid = self._paid.get(move.arm, _Paid())
        return (PRIOR_GAIN * HOPE.get(move.step, 1.0) + paid.gain) / (1 + paid.asked)

    def worth(self, move: Move) -> float:
        """Expected log gain for a share of the budget."""
        paid = self._paid.get(move.arm, _Paid())
        return self.expected(move) / ((PRIOR_SHARE + paid.share) / (1 + paid.asked))

    def _share(self, cost: Cost) -> float:
        settings = self._settings
        share = cost.seconds / max(settings.budget_seconds, 1.0)
        if settings.most_calls:
            share = max(share, cost.calls / settings.most_calls)
        if settings.most_money:
            share = max(share, (cost.money or 0.0) / settings.most_money)
        return share


def moves(
    sources: Sequence[Source],
    population: Population,
    parent: Version | None,
    settings: SearchSettings,
    profiled: bool = False,
) -> list[Move]:
    """Every question that could be asked now, whether or not it was asked before.

    Args:
        sources: Who could be asked.
        population: The candidates so far.
        parent: The best version so far, or None.
        settings: How to search.
        profiled: Whether there is something to tell of the target at work.
    """
    best = (population.attempts.get(parent.candidate.id, parent.attempt),) if parent else ()
    found: list[Move] = []
    for source in sources:
        found.append(Move(source, Step.PROPOSE, best))
        if profiled and not best and knows(source, Step.PROFILE) and population.attempts:
            found.append(Move(source, Step.PROFILE))
        if knows(source, Step.REPAIR):
            found += [Move(source, Step.REPAIR, (each,)) for each in broken(population, settings)]
        if best and knows(source, Step.REFINE):
            found.append(Move(source, Step.REFINE, best))
        chain = population.chain(best[0].candidate.id) if best else ()
        chain = tuple(each for each in chain if each.screening is not None)
        if len(chain) > 1 and knows(source, Step.ADAPT):
            found.append(Move(source, Step.ADAPT, chain))
    return found


def broken(population: Population, settings: SearchSettings) -> list[Attempt]:
    """Candidates that behave differently, and that may be repaired once more; the catalogue guards its own."""
    return [
        each
        for each in population.attempts.values()
        if isinstance(each.verdict, Different)
        and not each.candidate.trusted
        and repairs(population, each) < settings.repairs
    ]


def repairs(population: Population, attempt: Attempt) -> int:
    """How many repairs stand in a candidate's line of descent, itself included."""
    return sum(
        each.candidate.steps[-1:] != () and each.candidate.steps[-1].endswith(f":{Step.REPAIR}")
        for each in population.chain(attempt.candidate.id)
    )


def chosen(
    possible: Sequence[Move], payoff: Payoff, settings: SearchSettings, least_gain: float
) -> tuple[list[Move], int]:
    """The questions of a round.

    Sources that send nothing elsewhere cost nothing and are always asked. Of the others those are asked that promise most
    for what they cost, and none whose expected gain could not be told from noise.

    Args:
        possible: What was not asked yet.
        payoff: What has paid so far.
        settings: How to search.
        least_gain: Log gain below which a version is not worth having on this machine now.

    Returns:
        The questions in their order, and how many were left out because they promise too little.
    """
    here = [each for each in possible if not is_paid(each.source)]
    away = [each for each in possible if is_paid(each.source)]
    # The first question to a source needs no promise.
    first = [each for each in away if each.step is Step.PROPOSE and not each.about]
    rest = [each for each in away if each not in first]
    promising = [each for each in rest if payoff.expected(each) >= least_gain]
    promising.sort(key=lambda each: -payoff.worth(each))
    picked = promising[: max(0, settings.asks_per_round - len(first))]
    ordered = [each for each in possible if each in here or each in first]
    return [*picked, *ordered], len(rest) - len(promising)


def least_log_gain(delta: float) -> float:
    """The least gain worth having, as a log ratio."""
    return math.log1p(delta)


def combinations(
    hopeful: Sequence[Version], best: Version, original: Mapping[str, str], base_sha256: Mapping[str, str]
) -> list[Candidate]:
    """The best version with the changes of others that are independent of it.

    What the catalogue composes by itself, by proposing again on what was won, is left to it.

    Args:
        hopeful: Versions that looked faster.
        best: The best of them.
        original: Text of the original files, by path.
        base_sha256: SHA-256 of the base, by path.
    """
    found: list[Candidate] = []
    own = best.proposed
    for version in hopeful:
        other = version.proposed
        if other.id == own.id or other.id in own.parents or own.id in other.parents:
            continue
        if own.trusted and other.trusted:
            continue
        files = merge_files(original, [own.files, other.files])
        if files is None or files in (dict(own.files), dict(other.files)):
            continue
        texts = {path: text or "" for path, text in files.items()}
        found.append(
            Candidate(
                id=candidate_id(base_sha256, texts),
                source=f"{COMBINED}:{own.source}+{other.source}",
                files=files,
                why=" ".join(dict.fromkeys((own.why, other.why))).strip(),
                parents=(own.id, other.id),
                steps=(*own.steps, *other.steps, COMBINED),
                adds=tuple(dict.fromkeys((*own.adds, *other.adds))),
                cautions=tuple(dict.fromkeys((*own.cautions, *other.cautions))),
            )
        )
    return found[:MOST_COMBINED]
