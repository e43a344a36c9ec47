import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.stats.rows import Difference, compare, compare_rows, held_back
from codeflash_core.stats.sequential import STANDARD, Plan

OPPOSITE = {Difference.FASTER: Difference.SLOWER, Difference.SLOWER: Difference.FASTER}


def stream(seed, mean, sd, n=30):
    rng = random.Random(seed)
    return [rng.gauss(mean, sd) for _ in range(n)]


def test_each_row_gets_its_own_answer():
    rows = [stream(1, 0.3, 0.01), stream(2, -0.3, 0.01), stream(3, 0.0, 0.003), [0.0, 0.06] * 15]
    words = [reading.outcome for reading in compare_rows(rows)]
    assert words == [Difference.FASTER, Difference.SLOWER, Difference.NO_DIFFERENCE, Difference.INCONCLUSIVE]


def test_no_rows_give_no_answers():
    assert compare_rows([]) == ()


def test_a_row_with_too_few_blocks_goes_on():
    reading = compare([0.3, 0.31])
    assert reading.outcome is Difference.CONTINUE
    assert reading.next_look == 4


def test_no_difference_needs_the_whole_interval_inside_the_band():
    plan = Plan()
    reading = compare(stream(4, 0.0, 0.004), plan)
    assert reading.outcome is Difference.NO_DIFFERENCE
    assert -plan.threshold < reading.low < reading.high < plan.threshold


def test_zero_variance_is_neither_faster_nor_slower():
    assert compare([0.5] * 30).outcome is Difference.INCONCLUSIVE
    assert compare([-0.5] * 30).outcome is Difference.INCONCLUSIVE


def test_a_loss_that_drifts_to_a_gain_is_not_slower():
    rng = random.Random(4)
    ratios = [-(0.05 - 0.12 * (i / 29 - 0.5)) + rng.gauss(0, 0.001) for i in range(30)]
    assert compare(ratios, Plan(looks=(30,), alphas=(0.01,))).outcome is Difference.INCONCLUSIVE


def test_holm_lets_a_weak_row_profit_from_a_strong_one():
    plan = Plan(looks=(4,), alphas=(0.01,))
    weak = [0.07, 0.085, 0.06, 0.067]
    strong = [0.5, 0.51, 0.49, 0.52]
    nothing = [0.0, 0.1, -0.1, 0.02]
    p = compare(weak, plan, divisor=1)
    assert p.outcome is Difference.FASTER
    # Find the family size at which the weak row fails Bonferroni but passes one step down.
    family = next(
        m for m in range(2, 1000) if compare(weak, plan, divisor=m).outcome is not Difference.FASTER
    )
    with_strong = compare_rows([weak, strong, *[nothing] * (family - 2)], plan)
    without = compare_rows([weak, *[nothing] * (family - 1)], plan)
    assert with_strong[0].outcome is Difference.FASTER
    assert with_strong[0].alpha == pytest.approx(0.01 / (family - 1))
    assert without[0].outcome is Difference.INCONCLUSIVE


def test_unchanged_rows_are_called_different_in_at_most_one_percent_of_comparisons():
    wrong = 0
    for seed in range(300):
        rows = [stream(1000 * seed + row, 0.0, 0.012) for row in range(10)]
        words = {reading.outcome for reading in compare_rows(rows)}
        wrong += bool(words & {Difference.FASTER, Difference.SLOWER})
    assert wrong <= 3


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=1, max_size=14), min_size=1, max_size=4))
def test_swapping_the_sides_swaps_the_answers(rows):
    forth = compare_rows(rows)
    back = compare_rows([[-ratio for ratio in row] for row in rows])
    for one, other in zip(forth, back, strict=True):
        assert other.outcome is OPPOSITE.get(one.outcome, one.outcome)
        if math.isfinite(one.low):
            assert other.low == pytest.approx(-one.high, abs=1e-12)


def test_a_difference_below_its_floor_waits_and_one_above_it_does_not():
    ratios = [0.1 + 0.001 * (number % 3) for number in range(6)]
    assert compare(ratios).outcome is Difference.FASTER
    held = compare(ratios, floor=lambda look: 0.2)
    assert held.outcome is Difference.CONTINUE
    assert held_back(held, STANDARD)
    assert not held_back(compare(ratios), STANDARD)
