import pytest

from codeflash_core.stats.shares import lower_bound, upper_bound


def test_no_event_in_n_gives_the_closed_form():
    assert upper_bound(0, 312) == pytest.approx(1 - 0.05 ** (1 / 312), abs=1e-9)


def test_the_bound_puts_the_tail_at_the_level():
    bound = upper_bound(1, 500)
    tail = (1 - bound) ** 500 + 500 * bound * (1 - bound) ** 499
    assert tail == pytest.approx(0.05, abs=1e-9)


def test_bounds_mirror_each_other():
    assert lower_bound(60, 60) == pytest.approx(0.05 ** (1 / 60), abs=1e-9)
    assert upper_bound(7, 7) == 1.0
    assert lower_bound(0, 7) == 0.0


def test_impossible_counts_are_refused():
    for found, of in ((-1, 5), (6, 5), (0, 0)):
        with pytest.raises(ValueError, match="of"):
            upper_bound(found, of)
