"""Ranks by what was measured; among equals the smaller change goes first."""

from __future__ import annotations

import math

from codeflash_api.ranking.question import Contestant, RankQuestion

# Speedups closer than this are one: measured again they may well come out the other way round.
SAME_SPEED = 0.03


def rank(question: RankQuestion) -> tuple[int, ...]:
    """Indexes of the contestants, best first.

    Args:
        question: The contestants.
    """
    waiting = sorted(range(len(question.contestants)), key=lambda index: -_speed(question.contestants[index]))
    ranking: list[int] = []
    while waiting:
        fastest = _speed(question.contestants[waiting[0]])
        equal = [
            index for index in waiting if _speed(question.contestants[index]) >= fastest * (1 - SAME_SPEED)
        ]
        best = min(equal, key=lambda index: (len(question.contestants[index].diff), index))
        ranking.append(best)
        waiting.remove(best)
    return tuple(ranking)


def _speed(contestant: Contestant) -> float:
    # Not a number: not measured, so last. Infinite: too fast for the clock.
    return 0.0 if math.isnan(contestant.speedup) else max(0.0, contestant.speedup)
