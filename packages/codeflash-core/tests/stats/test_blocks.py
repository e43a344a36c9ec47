import math
import random
import statistics

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.model.comparison import Block, InputSamples
from codeflash_core.stats.blocks import (
    OF_ITSELF,
    against_itself,
    estimate_block,
    primary_clock,
    q25,
    ratios_of,
)

TIMES = st.floats(1.0, 1e9)


def one(name="x", weight=1.0, a=(10.0, 12.0), b=(5.0, 6.0), **changes):
    row = InputSamples(input=name, weight=weight, loops=1, a_cpu=a, b_cpu=b, a_wall=a, b_wall=b)
    return evolve(row, **changes)


def test_the_quartile_interpolates_between_order_statistics():
    assert q25([4.0, 1.0, 3.0, 2.0]) == 1.75
    assert q25([5.0, 1.0, 2.0, 3.0, 4.0]) == 2.0
    assert q25([7.0]) == 7.0


def test_the_quartile_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="at least one sample"):
        q25([])


def test_cpu_takes_the_quartile_and_wall_the_minimum_of_weighted_totals():
    block = Block(
        inputs=(
            one("x", 3.0, a=(10.0, 20.0, 30.0, 40.0, 50.0), b=(5.0, 10.0, 15.0, 20.0, 25.0)),
            one("y", 1.0, a=(100.0,) * 5, b=(100.0,) * 5),
        )
    )
    found = estimate_block(block)
    assert found.cpu == pytest.approx(math.log((3 * 20 + 100) / (3 * 10 + 100)))
    assert found.wall == pytest.approx(math.log((3 * 10 + 100) / (3 * 5 + 100)))
    assert [(each.input, each.a_cpu, each.b_wall) for each in found.inputs] == [
        ("x", 20.0, 5.0),
        ("y", 100.0, 100.0),
    ]


def test_an_input_that_the_workload_never_makes_counts_nothing_beside_one_that_it_makes():
    block = Block(inputs=(one("x", 1.0), one("y", 0.0, a=(1e6, 1e6), b=(1.0, 1.0))))
    assert estimate_block(block).cpu == pytest.approx(math.log(2))


def test_inputs_that_are_all_grown_count_alike():
    block = Block(inputs=(one("x", 0.0, a=(30.0,), b=(10.0,)), one("y", 0.0, a=(10.0,), b=(10.0,))))
    assert estimate_block(block).cpu == pytest.approx(math.log(2))


@settings(deadline=None)
@given(st.lists(st.tuples(TIMES, TIMES, st.floats(0.1, 1e3)), min_size=1, max_size=4))
def test_swapping_the_sides_changes_the_sign(rows):
    block = Block(
        inputs=tuple(one(str(i), w, a=(a, 2 * a), b=(b, 2 * b)) for i, (a, b, w) in enumerate(rows))
    )
    swapped = Block(
        inputs=tuple(one(str(i), w, a=(b, 2 * b), b=(a, 2 * a)) for i, (a, b, w) in enumerate(rows))
    )
    assert estimate_block(swapped).cpu == pytest.approx(-estimate_block(block).cpu, abs=1e-12)
    assert estimate_block(swapped).wall == pytest.approx(-estimate_block(block).wall, abs=1e-12)


@settings(deadline=None)
@given(st.lists(TIMES, min_size=2, max_size=8), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_neither_a_slower_machine_nor_another_unit_of_weight_changes_the_ratio(times, speed, unit):
    half = len(times) // 2
    a, b = tuple(times[:half]), tuple(times[half : 2 * half])
    plain = Block(inputs=(one(weight=1.0, a=a, b=b),))
    scaled = Block(inputs=(one(weight=unit, a=tuple(t * speed for t in a), b=tuple(t * speed for t in b)),))
    assert estimate_block(scaled).cpu == pytest.approx(estimate_block(plain).cpu, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"a_cpu": ()}, "CPU time of A: no samples"),
        ({"b_cpu": (math.nan, 1.0)}, "CPU time of B.*got nan"),
        ({"a_cpu": (math.inf, 1.0)}, "got inf"),
        ({"a_cpu": (-1.0, 1.0)}, "not negative, got -1.0"),
        ({"b_wall": (0.0, 1.0)}, "wall time of B.*positive, got 0.0"),
        ({"a_wall": (1.0,)}, "2 CPU samples of A and 1 wall"),
        ({"b_cpu": (1.0,), "b_wall": (1.0,)}, "2 samples of A and 1 of B"),
        ({"weight": -1.0}, "weight"),
        ({"weight": math.nan}, "weight"),
        ({"loops": 0}, "at least one call"),
    ],
)
def test_samples_that_cannot_be_times_are_refused_with_the_input_named(changes, message):
    with pytest.raises(ValueError, match=f"input x.*{message}"):
        estimate_block(Block(inputs=(one(**changes),)))


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (Block(inputs=()), "timed no input"),
        (Block(inputs=(one(),), problem="killed"), "killed"),
        (Block(inputs=(one(),), outputs_equal=False), "different outputs"),
        (Block(inputs=(one(), one())), "twice"),
    ],
)
def test_a_block_that_cannot_be_used_is_refused(block, message):
    with pytest.raises(ValueError, match=message):
        estimate_block(block)


def test_a_cpu_clock_that_reads_zero_leaves_the_wall_ratio():
    found = estimate_block(Block(inputs=(one(a_cpu=(0.0, 0.0), b_cpu=(0.0, 0.0)),)))
    assert math.isnan(found.cpu)
    assert found.wall == pytest.approx(math.log(2))


def test_cpu_time_decides_for_code_that_computes():
    assert primary_clock([Block(inputs=(one(),))]) == "cpu"


def test_wall_time_decides_for_threads():
    assert primary_clock([Block(inputs=(one(),)), Block(inputs=(one(),), threads=2)]) == "wall"


@pytest.mark.parametrize("side", ["a", "b"])
def test_wall_time_decides_when_either_side_waits(side):
    row = one(**{f"{side}_wall": (100.0, 110.0)})
    assert primary_clock([Block(inputs=(row,))]) == "wall"


def test_an_interrupted_call_does_not_look_like_waiting():
    row = one(a_wall=(10.0, 5000.0), b_wall=(5.0, 9000.0))
    assert primary_clock([Block(inputs=(row,))]) == "cpu"


def test_one_disturbed_block_does_not_change_the_clock():
    disturbed = Block(inputs=(one(a_wall=(90.0, 80.0)),))
    calm = Block(inputs=(one(),))
    assert primary_clock([calm, disturbed, calm]) == "cpu"


def test_a_clock_cannot_be_chosen_from_nothing():
    with pytest.raises(ValueError, match="at least one block"):
        primary_clock([])


def apart(a, b, **changes):
    """A block of four processes whose logarithms of time are given, three samples in each."""
    cpu = [tuple(1e6 * math.exp(each) for each in side for _ in range(3)) for side in (a, b)]
    row = InputSamples("x", 1.0, 1, cpu[0], cpu[1], cpu[0], cpu[1])
    return Block((row,), **{"mode": "separate", **changes})


def shifted(process, sample, blocks=2000, samples=12):
    """Blocks of four processes: the spread of their shifts, and that of the samples in one of them."""
    rng = random.Random(4)

    def side():
        shifts = [rng.gauss(0, process) for _ in range(2)]
        return tuple(1e6 * math.exp(each + rng.gauss(0, sample)) for each in shifts for _ in range(samples))

    rows = [(side(), side()) for _ in range(blocks)]
    return [Block((InputSamples("x", 1.0, 1, a, b, a, b),), mode="separate") for a, b in rows]


@pytest.mark.parametrize(("process", "sample"), [(0.01, 0.0), (0.01, 0.002), (0.01, 0.01), (0.002, 0.01)])
def test_the_baselines_two_processes_spread_no_less_than_the_ratio_of_four(process, sample):
    blocks = shifted(process, sample)
    ours, theirs = (statistics.stdev(of(blocks)) for of in (against_itself, ratios_of))
    assert 0.95 < ours / theirs < 1.25


def test_what_the_baseline_says_of_itself_tells_nothing_of_the_ratio():
    blocks = shifted(0.01, 0.002)
    assert abs(statistics.correlation(against_itself(blocks), ratios_of(blocks))) < 0.06


def test_a_slower_second_process_of_the_baseline_shows():
    assert against_itself([apart((0.0, 0.1), (0.0, 0.0))]) == [pytest.approx(-0.1 * OF_ITSELF)]


@pytest.mark.parametrize(
    "block",
    [
        apart((0.0, 0.1), (0.0, 0.0), mode="paired"),
        apart((0.0, 0.1), (0.0, 0.0), problem="a crash"),
        Block((one(a=(1.0, 2.0, 3.0), b=(1.0, 2.0, 3.0)),), mode="separate"),
        Block((), mode="separate"),
    ],
    ids=["one process", "broken", "uneven", "empty"],
)
def test_blocks_without_two_processes_of_the_baseline_say_nothing_of_it(block):
    assert against_itself([block]) == []
