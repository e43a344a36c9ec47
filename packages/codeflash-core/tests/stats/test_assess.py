import math
import random

import pytest
from attrs import evolve

from codeflash_core.model.comparison import Block, InputSamples, Outcome
from codeflash_core.stats.assess import assess, interval_of
from codeflash_core.stats.sequential import Plan


def test_half_the_time_is_faster_with_its_interval(make_blocks):
    blocks = make_blocks([("x", 2.0, 1e6, 5e5), ("y", 1.0, 1e5, 1e5)], 4)
    found = assess(blocks)
    assert found.outcome is Outcome.FASTER
    assert found.metric == "cpu"
    assert found.interval.low < 2.1e6 / 1.1e6 < found.interval.high
    assert found.interval.blocks == 4
    assert found.wall_mean > 0
    assert found.problem == ""
    assert found.blocks == tuple(blocks)


def test_identical_code_is_called_faster_in_at_most_one_percent(make_blocks):
    # Each side has process-level shifts of its own, 1.5 %: the harder case of separate processes.
    faster = 0
    for seed in range(300):
        blocks = make_blocks([("x", 1.0, 1e6, 1e6)], 30, seed, own_shift=0.015, count=5)
        faster += assess(blocks).outcome is Outcome.FASTER
    assert faster <= 3


def test_a_gain_of_five_percent_is_found_in_at_least_95_percent(make_blocks):
    runs = [
        assess(make_blocks([("x", 1.0, 1.05e6, 1e6)], 30, seed, own_shift=0.007, count=5)).outcome
        for seed in range(100)
    ]
    assert runs.count(Outcome.FASTER) >= 95


def test_no_blocks_ask_for_more():
    found = assess([])
    assert found.outcome is Outcome.CONTINUE
    assert found.interval is None


def test_cpu_time_alone_is_not_faster_when_wall_time_gets_worse(make_blocks):
    blocks = make_blocks([("x", 1.0, 1e6, 5e5)], 30)
    # The candidate moves its work out of the timed thread: little CPU time, more wall time.
    slow = [
        evolve(
            b,
            inputs=tuple(
                evolve(i, b_wall=tuple(1.02 * t for t in i.a_wall), b_cpu=tuple(0.95 * t for t in i.a_cpu))
                for i in b.inputs
            ),
        )
        for b in blocks
    ]
    found = assess(slow)
    assert found.metric == "cpu"
    assert found.wall_mean < 0
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.interval.low > 1.02


def test_waiting_code_is_judged_by_wall_time(make_blocks):
    blocks = make_blocks([("x", 1.0, 1e4, 1e4)], 6, wall_factor=50.0)
    found = assess(blocks)
    assert found.metric == "wall"
    assert found.outcome is not Outcome.FASTER


def test_a_slower_input_that_is_not_admitted_undoes_faster(make_blocks):
    found = assess(make_blocks([("x", 1.0, 1e6, 3e5), ("y", 1.0, 2e5, 3e5)], 6))
    assert found.outcome is Outcome.NOT_FASTER
    assert found.interval.low > 1.02
    assert [(each.input, each.allowed) for each in found.slower_inputs] == [("y", False)]


def test_a_slower_input_that_is_admitted_is_listed(make_blocks):
    found = assess(make_blocks([("x", 1.0, 1e6, 3e5), ("y", 1.0, 1000.0, 1200.0)], 6))
    assert found.outcome is Outcome.FASTER
    assert [(each.input, each.allowed) for each in found.slower_inputs] == [("y", True)]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda b: evolve(b, problem="worker died"), "worker died"),
        (lambda b: evolve(b, outputs_equal=False), "different outputs"),
        (lambda b: evolve(b, inputs=(evolve(b.inputs[0], a_cpu=(math.nan,) * 24),)), "nan"),
        (lambda b: evolve(b, inputs=(evolve(b.inputs[0], input="other"),)), "other inputs than the first"),
        (lambda b: evolve(b, inputs=(evolve(b.inputs[0], b_cpu=(0.0,) * 24),)), "read zero"),
    ],
)
def test_one_bad_block_makes_the_comparison_inconclusive_with_its_problem(make_blocks, spoil, message):
    blocks = make_blocks([("x", 1.0, 1e6, 5e5)], 4)
    found = assess([*blocks[:3], spoil(blocks[3])])
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.interval is None
    assert message in found.problem


def test_cold_blocks_may_each_time_other_inputs(make_blocks):
    blocks = [make_blocks([(f"x{i}", 1.0, 1e6, 5e5)], 1, seed=i, cold=True, count=1)[0] for i in range(6)]
    assert assess(blocks).outcome is Outcome.FASTER


def test_a_tampered_clock_that_gives_equal_ratios_is_inconclusive(make_blocks):
    block = make_blocks([("x", 1.0, 1e6, 5e5)], 1)[0]
    found = assess([block] * 30)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "clock" in found.problem


def test_machine_drift_within_blocks_does_not_make_identical_code_faster(make_blocks):
    blocks = []
    for block in make_blocks([("x", 1.0, 1e6, 1e6)], 30, noise=0.001):
        (row,) = block.inputs
        # The clock rate sinks by 20 % over the block; interleaving exposes both sides alike.
        ramp = [1 + 0.2 * i / 24 for i in range(24)]
        a = tuple(t * r for t, r in zip(row.a_cpu, ramp, strict=True))
        b = tuple(t * r for t, r in zip(row.b_cpu, ramp, strict=True))
        blocks.append(Block(inputs=(evolve(row, a_cpu=a, b_cpu=b, a_wall=a, b_wall=b),)))
    assert assess(blocks).outcome is Outcome.NOT_FASTER


def test_the_plan_is_kept_in_the_comparison(make_blocks):
    found = assess(make_blocks([("x", 1.0, 1e6, 5e5)], 4), Plan(delta=0.03, candidates=2))
    assert found.delta == 0.03
    assert found.interval.level == pytest.approx(1 - 2 * 0.0005 / 2)


def test_a_plain_interval_of_blocks_has_the_level_asked_for(make_blocks):
    found = interval_of(make_blocks([("x", 1.0, 1e6, 5e5)], 5), alpha=0.025)
    assert found.level == pytest.approx(0.95)
    assert found.low < 2 < found.high
    assert found.blocks == 5


def test_no_interval_is_made_of_one_block_or_of_bad_ones(make_blocks):
    blocks = make_blocks([("x", 1.0, 1e6, 5e5)], 3)
    assert interval_of(blocks[:1], 0.025) is None
    assert interval_of([], 0.025) is None
    assert interval_of([*blocks, evolve(blocks[0], problem="killed")], 0.025) is None


def apart(rng, n, gain, own):
    """Blocks of four processes, each with a shift of its own, three samples each."""

    def side(ns):
        return tuple(
            ns * math.exp(shift) for shift in (rng.gauss(0, own), rng.gauss(0, own)) for _ in range(3)
        )

    rows = [(side(1e6 * gain), side(1e6)) for _ in range(n)]
    return [Block((InputSamples("x", 1.0, 1, a, b, a, b),), mode="separate") for a, b in rows]


def test_blocks_of_one_process_hold_no_control(make_blocks):
    assert assess(make_blocks([("x", 1.0, 1e6, 5e5)], 4)).control is None


def test_blocks_of_four_processes_hold_their_control():
    found = assess(apart(random.Random(1), 4, 1.5, 0.002))
    assert found.outcome is Outcome.FASTER
    assert found.control.blocks == 4
    assert not found.control.noisy
    assert found.delta == 0.02


def test_a_noisy_baseline_raises_what_a_gain_has_to_exceed():
    found = assess(apart(random.Random(2), 4, 3.0, 0.05))
    assert found.control.noisy
    assert found.delta == pytest.approx(found.control.noise_floor)
    assert found.delta > 0.02


def test_a_gain_within_the_noise_of_the_baseline_is_not_yet_faster():
    # The candidate's processes move with the baseline's: the ratio alone looks certain.
    blocks = [
        Block((InputSamples("x", 1.0, 1, a, b, a, b),), mode="separate")
        for shift, gain in [(0.3, 1.41), (-0.3, 1.42), (0.28, 1.4), (-0.31, 1.43)]
        for a in [(1e6,) * 3 + (1e6 * math.exp(shift),) * 3]
        for b in [tuple(each / gain for each in a)]
    ]
    assert assess([evolve(block, mode="paired") for block in blocks]).outcome is Outcome.FASTER
    assert assess(blocks).outcome is Outcome.CONTINUE


def test_identical_code_in_four_processes_is_called_faster_in_at_most_one_percent():
    outcomes = [assess(apart(random.Random(seed), 30, 1.0, 0.015)).outcome for seed in range(300)]
    assert outcomes.count(Outcome.FASTER) <= 3


def test_a_gain_of_five_percent_is_found_in_four_processes_of_usual_noise():
    outcomes = [assess(apart(random.Random(seed), 30, 1.05, 0.014)).outcome for seed in range(100)]
    assert outcomes.count(Outcome.FASTER) >= 95


def test_giving_up_names_the_gain_that_was_asked_for_at_first():
    found = assess(apart(random.Random(3), 30, 0.8, 0.03))
    assert found.outcome is Outcome.NOT_FASTER
    assert found.delta == 0.02
