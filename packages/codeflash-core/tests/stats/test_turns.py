import math
import random
import statistics

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.model.comparison import Block, InputSamples
from codeflash_core.stats.blocks import against_itself, estimate_block, ratios_of
from codeflash_core.stats.turns import ratio_in_turns

TURN, ROUNDS = 4, 12
TIMES = st.lists(st.floats(1.0, 1e6), min_size=2 * TURN, max_size=2 * TURN)


def taken(ratio=1.0, slow=0.0, process=0.0, noise=0.002, seed=1):
    """Samples of two and two processes on a machine that is two thirds slower in a share of the rounds."""
    dice = random.Random(seed)
    shifts = [dice.gauss(0.0, process) for _ in range(4)]
    machine = [1e6 * (1.66 if dice.random() < slow else 1.0) for _ in range(ROUNDS)]

    def one(number, factor):
        return [
            speed * factor * math.exp(shifts[number] + dice.gauss(0.0, noise))
            for speed in machine
            for _ in range(TURN)
        ]

    return tuple(one(0, 1.0) + one(1, 1.0)), tuple(one(2, 1 / ratio) + one(3, 1 / ratio))


def block(a, b, turn=TURN):
    return Block((InputSamples("x", 1.0, 1, a, b, a, b, turn),), mode="separate")


@settings(deadline=None)
@given(TIMES, TIMES)
def test_swapping_the_versions_changes_the_sign(a, b):
    assert ratio_in_turns(a, b, TURN) == pytest.approx(-ratio_in_turns(b, a, TURN), abs=1e-12)


@settings(deadline=None)
@given(TIMES, TIMES, st.floats(1e-3, 1e3))
def test_a_faster_version_shifts_the_ratio_by_its_gain(a, b, gain):
    faster = [each / gain for each in b]
    assert ratio_in_turns(a, faster, TURN) == pytest.approx(
        ratio_in_turns(a, b, TURN) + math.log(gain), abs=1e-9
    )


def test_a_machine_that_changes_between_rounds_changes_nothing():
    a, b = taken(ratio=1.05, slow=0.3, noise=0.0)
    assert ratio_in_turns(a, b, TURN) == pytest.approx(math.log(1.05))


def test_rounds_in_which_the_machine_changed_are_passed_over():
    a, b = taken(noise=0.0)
    disturbed = [each * (1.66 if at < 5 * TURN else 1.0) for at, each in enumerate(a)]
    assert ratio_in_turns(disturbed, b, TURN) == pytest.approx(0.0)


def test_it_spreads_less_than_the_quartile_where_the_machine_changes():
    blocks = [block(*taken(slow=0.75, process=0.003, seed=seed)) for seed in range(100)]
    flat = [evolve(each, inputs=(evolve(each.inputs[0], turn=0),)) for each in blocks]
    assert statistics.stdev(ratios_of(blocks)) < statistics.stdev(ratios_of(flat))


def test_the_ratio_is_that_of_the_sides_means():
    shifts = (0.01, 0.05, -0.02, 0.03)
    one, two, three, four = ([1e6 * math.exp(each)] * (TURN * ROUNDS) for each in shifts)
    assert ratio_in_turns(one + two, three + four, TURN) == pytest.approx((0.06 - 0.01) / 2)


@pytest.mark.parametrize(("process", "noise"), [(0.01, 0.0), (0.01, 0.01), (0.002, 0.01)])
def test_the_baselines_two_processes_spread_as_the_ratio_of_four_does(process, noise):
    blocks = [block(*taken(process=process, noise=noise, seed=seed)) for seed in range(600)]
    ours, theirs = (statistics.stdev(of(blocks)) for of in (against_itself, ratios_of))
    assert 0.85 < ours / theirs < 1.2
    assert abs(statistics.correlation(against_itself(blocks), ratios_of(blocks))) < 0.12


def test_inputs_still_count_by_their_time():
    a, b = taken(ratio=2.0, noise=0.0)
    long = InputSamples("long", 3.0, 1, a, b, a, b, TURN)
    same = InputSamples("same", 1.0, 1, a, a, a, a, TURN)
    found = estimate_block(Block((long, same), mode="separate"))
    assert found.cpu == pytest.approx(math.log(4 / 2.5))
    assert found.wall == pytest.approx(math.log(4 / 2.5))


def test_a_clock_that_reads_zero_throughout_gives_no_ratio():
    a, b = taken()
    zero = (0.0,) * len(a)
    row = InputSamples("x", 1.0, 1, zero, zero, a, b, TURN)
    assert math.isnan(estimate_block(Block((row,), mode="separate")).cpu)
    assert ratios_of([Block((row,), mode="separate")], "wall") != []


@pytest.mark.parametrize(("count", "turn"), [(0, 4), (8, 3), (12, 4), (8, 0)])
def test_samples_that_are_no_whole_turns_are_an_error(count, turn):
    with pytest.raises(ValueError, match="no rounds"):
        ratio_in_turns([1.0] * count, [1.0] * count, turn)


def test_sides_of_unequal_length_are_an_error():
    with pytest.raises(ValueError, match="no rounds"):
        ratio_in_turns([1.0] * 8, [1.0] * 16, 4)
