import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.model.comparison import Outcome
from codeflash_core.stats.sequential import ALPHAS, LOOKS, Caution, Plan, decide


def stream(seed, mean, sd, n=30):
    rng = random.Random(seed)
    return [rng.gauss(mean, sd) for _ in range(n)]


def finals(mean, sd, runs):
    """Outcomes of the whole procedure on simulated block ratios."""
    return [decide(stream(seed, mean, sd)).outcome for seed in range(runs)]


@pytest.mark.parametrize("sd", [0.0005, 0.003, 0.015, 0.03])
def test_identical_code_is_called_faster_in_at_most_one_percent(sd):
    assert finals(0.0, sd, 2000).count(Outcome.FASTER) <= 20


def test_a_machine_that_shifts_whole_processes_does_not_make_identical_code_faster():
    rng = random.Random(7)
    faster = 0
    for _ in range(2000):
        # Process-level shifts of 1 to 2 % on each side, independent of each other, plus rare bursts.
        scale = rng.uniform(0.01, 0.02)
        ratios = [
            rng.gauss(0, scale) - rng.gauss(0, scale) + (rng.expovariate(20) if rng.random() < 0.05 else 0)
            for _ in range(30)
        ]
        faster += decide(ratios).outcome is Outcome.FASTER
    assert faster <= 20


@pytest.mark.slow
def test_a_true_gain_right_at_delta_is_called_faster_in_at_most_one_percent():
    # The hardest null; 8000 runs put three standard errors at 0.33 %.
    faster = finals(math.log1p(0.02), 0.01, 8000).count(Outcome.FASTER)
    assert 0 < faster <= 0.0133 * 8000


@pytest.mark.parametrize("sd", [0.002, 0.007, 0.02])
def test_a_true_gain_of_five_percent_is_found_in_at_least_95_percent(sd):
    assert finals(math.log1p(0.05), sd, 500).count(Outcome.FASTER) >= 475


def test_a_true_gain_of_three_percent_is_found_on_a_quiet_machine():
    assert finals(math.log1p(0.03), 0.005, 500).count(Outcome.FASTER) >= 475


def test_a_slowdown_is_given_up_at_the_first_look():
    reading = decide(stream(1, -0.1, 0.005))
    assert reading.outcome is Outcome.NOT_FASTER
    assert reading.estimate.n == LOOKS[0]


def test_a_large_gain_is_accepted_at_the_first_look_and_claims_its_lower_bound():
    ratios = stream(2, math.log(2), 0.01)
    reading = decide(ratios)
    assert reading.outcome is Outcome.FASTER
    assert reading.estimate.n == 4
    assert reading.alpha == ALPHAS[0]
    assert reading.interval.low > 1.02
    assert reading.interval.low < reading.interval.point < reading.interval.high
    assert reading.interval.level == pytest.approx(1 - 2 * ALPHAS[0])
    assert reading.interval.blocks == 4
    assert reading.interval.point == pytest.approx(math.exp(sum(ratios[:4]) / 4))


def test_blocks_beyond_the_deciding_look_change_nothing():
    ratios = stream(3, math.log(2), 0.01)
    assert decide(ratios[:4]) == decide(ratios[:4] + [-5.0] * 10)


def test_a_plan_is_undecided_between_looks_and_names_the_next():
    noisy = [0.0, 0.12, -0.02, 0.1, 0.05]
    for n in (1, 2, 3, 5):
        reading = decide(noisy[:n])
        assert reading.outcome is Outcome.CONTINUE
        assert reading.next_look == (4 if n < 4 else 6)


def test_a_decisive_looking_sample_waits_for_its_look():
    assert decide([0.7, 0.71, 0.69]).outcome is Outcome.CONTINUE


def test_the_last_look_ends_inconclusive_and_never_faster():
    ratios = [0.0, 0.06] * 15
    reading = decide(ratios)
    assert reading.outcome is Outcome.INCONCLUSIVE
    assert reading.estimate.n == 30
    assert reading.next_look == 0


def test_one_block_is_never_faster():
    reading = decide([5.0])
    assert reading.outcome is Outcome.CONTINUE
    assert (reading.low, reading.high) == (-math.inf, math.inf)
    assert reading.interval.high == math.inf


@pytest.mark.parametrize("n", [4, 6, 9, 14, 20, 30])
def test_zero_variance_is_never_faster(n):
    reading = decide([0.5] * n)
    assert reading.outcome is (Outcome.INCONCLUSIVE if n == 30 else Outcome.CONTINUE)
    assert reading.cautions == (Caution.ZERO_VARIANCE,)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_gain_that_drifts_through_the_threshold_is_not_believed(sign):
    rng = random.Random(4)
    # At every look the mean is far above delta, yet the blocks fall to a loss (or rise from one).
    plan = Plan(looks=(30,), alphas=(0.01,))
    ratios = [0.05 - sign * 0.1 * (i / 29 - 0.5) * 1.2 + rng.gauss(0, 0.001) for i in range(30)]
    reading = decide(ratios, plan)
    assert reading.low > plan.threshold
    assert reading.outcome is Outcome.INCONCLUSIVE
    assert reading.cautions == (Caution.TREND,)


def test_a_gain_that_drifts_far_above_the_threshold_is_still_a_gain():
    rng = random.Random(5)
    ratios = [0.6 + 0.002 * i + rng.gauss(0, 0.001) for i in range(6)]
    assert decide(ratios).outcome is Outcome.FASTER


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_ratio_that_is_not_finite_is_an_error(bad):
    with pytest.raises(ValueError, match="not a finite number"):
        decide([0.5, 0.5, 0.5, bad])


def test_more_candidates_make_the_test_stricter():
    ratios = [0.07, 0.085, 0.06, 0.075]
    alone, many = decide(ratios), decide(ratios, Plan(candidates=20))
    assert many.alpha == alone.alpha / 20
    assert many.low < alone.low
    assert many.outcome is Outcome.CONTINUE


def test_a_joint_condition_can_only_withhold_faster():
    ratios = stream(6, 0.5, 0.01)
    assert decide(ratios, joint=lambda n: False).outcome is Outcome.INCONCLUSIVE
    assert decide(ratios, joint=lambda n: n >= 9).estimate.n == 9
    assert decide(stream(6, -0.5, 0.01), joint=lambda n: True).outcome is Outcome.NOT_FASTER


@settings(deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=30))
def test_faster_always_has_its_whole_interval_above_the_threshold(ratios):
    plan = Plan()
    reading = decide(ratios, plan)
    if reading.outcome is Outcome.FASTER:
        assert reading.low > plan.threshold
    assert (reading.outcome is Outcome.CONTINUE) == (reading.next_look > 0)


@settings(deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=4, max_size=30))
def test_faster_one_way_is_never_faster_the_other_way(ratios):
    both = {decide(ratios).outcome, decide([-ratio for ratio in ratios]).outcome}
    assert both != {Outcome.FASTER}


def test_the_standard_plan_spends_one_percent_together():
    assert sum(Plan().alphas) == pytest.approx(0.01)
    assert Plan().budget == 30


@pytest.mark.parametrize(
    "changes",
    [
        {"looks": (4, 6)},
        {"looks": (), "alphas": ()},
        {"looks": (1,), "alphas": (0.01,)},
        {"looks": (6, 4), "alphas": (0.01, 0.01)},
        {"looks": (4,), "alphas": (0.5,)},
        {"looks": (4,), "alphas": (0.0,)},
        {"delta": -0.1},
        {"delta": math.nan},
        {"futility": 0.5},
        {"sd_floor": 0.0},
        {"candidates": 0},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changes):
    with pytest.raises(ValueError):
        Plan(**changes)


def test_a_floor_above_the_lower_bound_asks_for_more_blocks():
    ratios = stream(1, math.log(1.05), 0.002, 4)
    assert decide(ratios).outcome is Outcome.FASTER
    assert decide(ratios, floor=lambda look: math.log(1.06)).outcome is Outcome.CONTINUE


def test_a_floor_below_the_threshold_changes_nothing():
    ratios = stream(2, math.log(1.01), 0.002, 30)
    assert decide(ratios, floor=lambda look: -1.0) == decide(ratios)


def test_a_floor_is_asked_for_at_each_look_and_may_fall():
    ratios = stream(3, math.log(1.05), 0.002, 30)
    floors = {4: 0.06, 6: 0.03}
    found = decide(ratios, floor=lambda look: floors.get(look, 0.0))
    assert found.outcome is Outcome.FASTER
    assert found.estimate.n == 6


def test_a_floor_never_gives_up_what_the_plan_would_not():
    ratios = stream(4, math.log(1.05), 0.002, 30)
    assert decide(ratios, floor=lambda look: 1.0).outcome is Outcome.INCONCLUSIVE


@settings(max_examples=50)
@given(st.lists(st.floats(-0.2, 0.2), min_size=4, max_size=30), st.floats(-0.1, 0.3))
def test_whatever_the_floor_it_makes_nothing_faster(ratios, floor):
    raised = decide(ratios, floor=lambda look: floor).outcome
    assert raised is not Outcome.FASTER or decide(ratios).outcome is Outcome.FASTER
