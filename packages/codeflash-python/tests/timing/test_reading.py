"""Answers come from processes that ran foreign code: what cannot be true is refused."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

from codeflash_core.model.corpus import Call, Grade
from codeflash_core.stats.blocks import estimate_block
from codeflash_python.timing.reading import Malformed, SideSamples, join, read_memory, read_pair, read_side

CALLS = tuple(
    Call(id=name, payload=b"", grade=Grade.TRACED, count=count) for name, count in (("x", 3), ("y", 1))
)
PAIR = {
    "threads": 1,
    "differing": [],
    "inputs": [
        {
            "id": name,
            "loops": 10,
            "a_cpu": [200.0, 220.0],
            "b_cpu": [100.0, 110.0],
            "a_wall": [210.0, 230.0],
            "b_wall": [110.0, 120.0],
        }
        for name in ("x", "y")
    ],
}
SINGLE = {
    "threads": 1,
    "cold": False,
    "digests": {"x": "1", "y": "2"},
    "inputs": [
        {"id": name, "loops": 5, "cpu": [10.0, 11.0, 12.0], "wall": [20.0, 21.0, 22.0]} for name in "xy"
    ],
}


def changed(base: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The answer with the first input's fields replaced."""
    answer = copy.deepcopy(base)
    answer["inputs"][0].update(fields)
    return answer


def test_a_pair_becomes_a_block_that_the_statistics_accept() -> None:
    block = read_pair(PAIR, CALLS, 7, 1.0)
    assert (block.hash_seed, block.threads, block.outputs_equal, block.problem) == (7, 1, True, "")
    assert [each.weight for each in block.inputs] == [3.0, 1.0]
    assert estimate_block(block).cpu > 0.6


def test_unequal_outputs_are_said_of_the_block() -> None:
    assert not read_pair({**PAIR, "differing": ["x"]}, CALLS, 0, 1.0).outputs_equal


@pytest.mark.parametrize(
    "fields",
    [
        {"a_cpu": [200.0]},
        {"a_cpu": []},
        {"a_cpu": None},
        {"a_cpu": [True, False]},
        {"a_cpu": ["1", "2"]},
        {"b_cpu": [-1.0, 1.0]},
        {"b_cpu": [float("nan"), 1.0]},
        {"b_wall": [float("inf"), 1.0]},
        {"a_wall": [1.0] * 20_000},
        {"loops": 0},
        {"loops": True},
        {"loops": 1.5},
        {"loops": 10**12},
        {"id": "z"},
        {"id": "y"},
        {"id": None},
    ],
)
def test_impossible_figures_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_pair(changed(PAIR, **fields), CALLS, 0, 1.0)


@pytest.mark.parametrize(
    "data", [{}, {"inputs": 3}, {"inputs": [1, 2]}, {"inputs": []}, {"inputs": PAIR["inputs"][:1]}]
)
def test_missing_inputs_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_pair(data, CALLS, 0, 1.0)


def test_more_cpu_time_than_the_kernel_gave_is_refused() -> None:
    with pytest.raises(Malformed, match="claims"):
        read_pair(changed(PAIR, loops=10**9), CALLS, 0, 1.0)


def test_the_halves_of_paired_samples_are_the_first_and_the_second_of_each_quad() -> None:
    times = [1.0, 2.0, 3.0, 4.0]
    data = changed(PAIR, a_cpu=times, b_cpu=times, a_wall=times, b_wall=times)
    block = read_pair(data, CALLS, 0, 1.0)
    (x,) = [each for each in block.inputs if each.input == "x"]
    assert (x.a_cpu, x.b_wall, x.turn) == ((1.0, 3.0, 2.0, 4.0),) * 2 + (1,)


def test_a_quad_is_a_round() -> None:
    slow = [100.0, 100.0, 170.0, 170.0]
    fast = [each / 2 for each in slow]
    block = read_pair(changed(PAIR, a_cpu=slow, b_cpu=fast, a_wall=slow, b_wall=fast), CALLS, 0, 1.0)
    assert estimate_block(block).cpu == pytest.approx(math.log(2))


def test_four_processes_become_one_block() -> None:
    side = read_side(SINGLE, CALLS, 1.0)
    block = join([side, side], [side, side], CALLS, 3)
    assert block.mode == "separate"
    assert block.outputs_equal
    assert all(len(each.a_cpu) == len(each.b_cpu) == 6 for each in block.inputs)
    assert estimate_block(block).cpu == pytest.approx(0.0)


def test_processes_with_fewer_samples_shorten_the_others() -> None:
    whole = read_side(SINGLE, CALLS, 1.0)
    short = read_side(changed(SINGLE, cpu=[10.0], wall=[20.0]), CALLS, 1.0)
    block = join([whole, whole], [whole, short], CALLS, 0)
    (x,) = [each for each in block.inputs if each.input == "x"]
    assert x.a_cpu == x.b_cpu == (10.0, 10.0)
    assert x.a_wall == x.b_wall == (20.0, 20.0)


def test_a_version_s_two_processes_are_the_halves_of_its_samples() -> None:
    first, second = (read_side(changed(SINGLE, cpu=cpu), CALLS, 1.0) for cpu in ([1.0, 2.0, 3.0], [4.0] * 3))
    block = join([first, second], [second, first], CALLS, 0)
    (x,) = [each for each in block.inputs if each.input == "x"]
    assert x.a_cpu == (1.0, 2.0, 3.0, 4.0, 4.0, 4.0)
    assert x.b_cpu == (4.0, 4.0, 4.0, 1.0, 2.0, 3.0)


def test_processes_that_gave_different_outputs_do_not_agree() -> None:
    side = read_side(SINGLE, CALLS, 1.0)
    other = read_side({**SINGLE, "digests": {"x": "1", "y": "3"}}, CALLS, 1.0)
    assert not join([side, side], [side, other], CALLS, 0).outputs_equal


def test_cold_samples_are_one_row_for_all_inputs() -> None:
    data = {**SINGLE, "cold": True, "inputs": [{"id": "cold", "loops": 1, "cpu": [5.0], "wall": [6.0]}]}
    side = read_side(data, CALLS, 1.0)
    block = join([side, side], [side, side], CALLS, 0, cold=True)
    assert block.cold
    assert [each.input for each in block.inputs] == ["cold"]


def test_a_side_with_unequal_clocks_is_refused() -> None:
    with pytest.raises(Malformed):
        read_side(changed(SINGLE, wall=[1.0]), CALLS, 1.0)


def test_memory_peaks_stand_in_for_times() -> None:
    data = {"inputs": [{"id": name, "peak": [100, 50], "blocks": [1, 1]} for name in "xy"]}
    block = read_memory(data, CALLS, 0)
    assert block.inputs[0].a_cpu == (100.0,)
    assert block.inputs[0].b_cpu == (50.0,)
    with pytest.raises(Malformed):
        read_memory({"inputs": [{"id": name, "peak": [100]} for name in "xy"]}, CALLS, 0)


def test_a_side_is_plain_data() -> None:
    assert isinstance(read_side(SINGLE, CALLS, 1.0), SideSamples)
