import math

import pytest

from codeflash_core.stats.blocks import BlockEstimate, InputEstimate, estimate_block
from codeflash_core.stats.inputs import slower_inputs


def blocks_of(rows, n=6, wobble=0.002):
    """`rows` are (input, weight, baseline ns, candidate ns); the candidate wobbles a little between blocks."""
    found = []
    for index in range(n):
        factor = 1 + wobble * (index % 3 - 1)
        inputs = tuple(
            InputEstimate(name, weight, a, b * factor, 2 * a, 2 * b * factor) for name, weight, a, b in rows
        )
        found.append(BlockEstimate(cpu=0.0, wall=0.0, inputs=inputs))
    return found


MAIN = ("main", 100.0, 10_000.0, 5_000.0)


def test_inputs_that_gain_are_not_listed():
    assert slower_inputs(blocks_of([MAIN])) == ()


def test_a_small_loss_on_a_rare_input_is_listed_and_admitted():
    (found,) = slower_inputs(blocks_of([MAIN, ("rare", 1.0, 1_000.0, 1_400.0)]))
    assert found.input == "rare"
    assert found.allowed
    assert found.loss_ns == pytest.approx(400.0, rel=0.01)
    assert found.share == pytest.approx(1_000 / (1_000_000 + 1_000), rel=0.02)


def test_a_loss_of_more_than_500_ns_is_not_admitted():
    # Together over 1 % of what the workload gains.
    (found,) = slower_inputs(blocks_of([MAIN, ("rare", 12.0, 1_000.0, 1_510.0)]))
    assert found.share < 0.05
    assert not found.allowed


def test_a_loss_of_a_raised_error_is_admitted_where_the_gain_dwarfs_it():
    (found,) = slower_inputs(blocks_of([MAIN, ("raising", 1.0, 300.0, 1_100.0)]))
    assert found.loss_ns == pytest.approx(800.0, rel=0.01)
    assert found.allowed


def test_a_loss_of_over_a_microsecond_is_not_admitted():
    (found,) = slower_inputs(blocks_of([MAIN, ("raising", 1.0, 300.0, 1_310.0)]))
    assert not found.allowed


def test_losses_that_add_up_leave_the_narrow_limit():
    rows = [(f"raising {number}", 1.0, 300.0, 850.0) for number in range(10)]
    assert not any(each.allowed for each in slower_inputs(blocks_of([MAIN, *rows])))


def test_a_loss_on_an_input_that_holds_five_percent_is_not_admitted():
    (found,) = slower_inputs(blocks_of([MAIN, ("common", 60.0, 1_000.0, 1_150.0)]))
    assert found.share >= 0.05
    assert not found.allowed


def test_a_share_is_that_of_the_time_before_the_change():
    # 4 % of the baseline's time, though over 7 % of the candidate's.
    (found,) = slower_inputs(blocks_of([MAIN, ("growing", 42.0, 1_000.0, 1_250.0)]))
    assert found.share < 0.05
    assert found.allowed


def test_the_price_of_a_guard_is_admitted_on_any_input():
    (found,) = slower_inputs(blocks_of([MAIN, ("guarded", 500.0, 1_000.0, 1_050.0)]))
    assert found.share > 0.3
    assert found.allowed


def test_a_guard_may_not_cost_a_fifth_of_a_short_call():
    (found,) = slower_inputs(blocks_of([MAIN, ("short", 5_000.0, 100.0, 140.0)]))
    assert not found.allowed


def test_a_guard_on_a_slow_machine_is_admitted_where_it_is_a_small_part_of_the_call():
    (found,) = slower_inputs(blocks_of([MAIN, ("guarded", 100.0, 4_000.0, 4_110.0)]))
    assert found.share > 0.05
    assert found.allowed


def test_noise_around_no_change_is_not_a_loss():
    assert slower_inputs(blocks_of([MAIN, ("same", 50.0, 1_000.0, 1_003.0)])) == ()
    assert slower_inputs(blocks_of([MAIN, ("wild", 50.0, 1_000.0, 1_050.0)], wobble=0.3)) == ()


def test_the_largest_share_comes_first_and_wall_time_is_used_when_it_decides():
    rows = [MAIN, ("small", 1.0, 1_000.0, 1_100.0), ("large", 2.0, 1_000.0, 1_100.0)]
    found = slower_inputs(blocks_of(rows), "wall")
    assert [each.input for each in found] == ["large", "small"]
    assert found[0].loss_ns == pytest.approx(200.0, rel=0.01)


def test_a_single_block_still_names_a_clear_loss():
    (found,) = slower_inputs(blocks_of([("only", 1.0, 200.0, 400.0)], n=1))
    assert found.share == 1.0
    assert not found.allowed


def test_nothing_measured_names_nothing():
    assert slower_inputs([]) == ()


def test_clocks_that_read_zero_name_nothing():
    assert slower_inputs([BlockEstimate(math.nan, 0.1, (InputEstimate("x", 1.0, 0.0, 0.0, 1.0, 1.0),))]) == ()


def test_an_input_seen_only_in_some_blocks_counts_by_what_was_seen(make_blocks):
    blocks = [estimate_block(b) for b in make_blocks([("x", 1.0, 1e6, 5e5)], 3, noise=0.001)]
    blocks += [
        estimate_block(b) for b in make_blocks([("x", 1.0, 1e6, 5e5), ("y", 1.0, 1e5, 2e5)], 3, noise=0.001)
    ]
    (found,) = slower_inputs(blocks)
    assert found.input == "y"
