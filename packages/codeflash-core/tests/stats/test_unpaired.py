import random

import pytest

from codeflash_core.stats.unpaired import unpaired_ratio


def test_the_ratio_lies_in_its_interval():
    found = unpaired_ratio([2.0, 2.1, 1.9], [1.0, 1.1, 0.9])
    assert found.low < found.point < found.high
    assert found.point == pytest.approx(2.0, rel=0.01)


def test_swapping_the_versions_turns_the_ratio_round():
    a, b = [2.0, 2.2, 1.9, 2.1], [1.0, 1.05, 0.97]
    one, other = unpaired_ratio(a, b), unpaired_ratio(b, a)
    assert one.low * other.high == pytest.approx(1.0)
    assert one.point * other.point == pytest.approx(1.0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    dice = random.Random(5)
    hits = 0
    for _ in range(400):
        a = [dice.lognormvariate(0.0, 0.1) for _ in range(6)]
        b = [dice.lognormvariate(0.0, 0.2) for _ in range(9)]
        found = unpaired_ratio(a, b, level=0.9)
        hits += found.low <= 1.0 <= found.high
    assert 0.85 < hits / 400 < 0.95


@pytest.mark.parametrize("times", [[1.0], [1.0, 0.0], [1.0, float("nan")], []])
def test_too_few_or_impossible_times_are_refused(times):
    with pytest.raises(ValueError, match="two positive times"):
        unpaired_ratio([1.0, 2.0], times)
