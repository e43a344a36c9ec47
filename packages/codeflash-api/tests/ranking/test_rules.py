from __future__ import annotations

import math
from typing import Any

import pytest

from codeflash_api.ranking.question import Contestant, RankQuestion
from codeflash_api.ranking.rules import rank


def question(*contestants: tuple[str, float]) -> RankQuestion:
    return RankQuestion(tuple(Contestant(diff, speedup, diff) for diff, speedup in contestants))


def test_the_fastest_goes_first() -> None:
    assert rank(question(("aaaa", 2.0), ("bbbb", 172.9), ("cccc", 3.3))) == (1, 2, 0)


def test_of_equally_fast_ones_the_smaller_change_goes_first() -> None:
    assert rank(question(("a long diff", 2.02), ("short", 2.0))) == (1, 0)


def test_a_smaller_change_does_not_win_over_a_real_difference() -> None:
    assert rank(question(("a long diff", 2.2), ("short", 2.0))) == (0, 1)


def test_a_chain_of_close_speeds_does_not_carry_a_slow_one_to_the_front() -> None:
    assert rank(question(("aaaa", 1.04), ("bbb", 1.02), ("c", 1.0)))[0] == 1


def test_equal_ones_keep_their_order() -> None:
    assert rank(question(("same", 2.0), ("same", 2.0))) == (0, 1)


@pytest.mark.parametrize("odd", [math.nan, -1.0, 0.0])
def test_what_was_not_measured_goes_last(odd: float) -> None:
    assert rank(question(("a", odd), ("bbbbbb", 1.1))) == (1, 0)


def test_faster_than_the_clock_goes_first() -> None:
    assert rank(question(("a", 5.0), ("bbbbbb", math.inf))) == (1, 0)


def test_nothing_ranks_as_nothing() -> None:
    assert rank(question()) == ()


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_each_is_ranked_once(count: int) -> None:
    items: list[Any] = [("x" * (index % 5), 1 + index % 3) for index in range(count)]
    assert sorted(rank(question(*items))) == list(range(count))
