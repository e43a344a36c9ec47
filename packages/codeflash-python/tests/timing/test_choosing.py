"""Few inputs stand for many, and the weighted total stays the workload's."""

from __future__ import annotations

import pytest

from codeflash_core.model.corpus import Call, Grade
from codeflash_python.timing.choosing import choose


def call(name: str, count: int = 1, seconds: float = 0.0, size: int | None = None) -> Call:
    return Call(id=name, payload=name.encode(), grade=Grade.TRACED, count=count, seconds=seconds, size=size)


def test_few_calls_are_all_timed_with_their_own_counts() -> None:
    calls = (call("a", 3, 0.1), call("b", 1, 0.5))
    assert choose(calls) == calls


def test_inputs_that_the_workload_does_not_make_are_not_timed() -> None:
    assert choose((call("a", 0), call("b", 2))) == (call("b", 2),)
    assert choose(()) == ()


def test_no_more_are_chosen_than_asked_for_and_each_once() -> None:
    calls = [call(f"c{n:03}", 1 + n % 7, 0.001 * (n + 1), n) for n in range(200)]
    for most in (1, 2, 6, 10):
        chosen = choose(calls, most)
        assert 1 <= len(chosen) <= most
        assert len({each.id for each in chosen}) == len(chosen)
    assert len(choose(calls)) == 6


def test_the_weighted_total_time_is_that_of_the_workload() -> None:
    calls = [call(f"c{n:03}", 10, 1e-5 * (n + 1) ** 2, n) for n in range(100)]
    one = {each.id: each.seconds / each.count for each in calls}
    total = sum(each.count * one[each.id] for each in choose(calls))
    assert total == pytest.approx(sum(each.seconds for each in calls), rel=0.02)


def test_many_cheap_calls_do_not_multiply_one_dear_one() -> None:
    calls = [call("dear", 1, 1.0, 1000), *(call(f"cheap{n}", 100, 1e-4, n) for n in range(50))]
    chosen = {each.id: each.count for each in choose(calls)}
    assert chosen["dear"] == 1
    assert sum(count for name, count in chosen.items() if name != "dear") == pytest.approx(5000, rel=0.01)


def test_the_most_frequent_call_is_always_among_them() -> None:
    calls = [call("often", 10_000, 1e-6), *(call(f"c{n}", 1, 0.1 + n / 100) for n in range(30))]
    assert "often" in {each.id for each in choose(calls)}


def test_without_times_size_and_number_decide() -> None:
    chosen = choose([call(f"c{n:02}", 1, size=n) for n in range(40)])
    assert len(chosen) == 6
    sizes = sorted(each.size or 0 for each in chosen)
    assert sizes[-1] > 30


def test_the_choice_does_not_depend_on_the_order_of_the_calls() -> None:
    calls = [call(f"c{n}", 1 + n % 3, 0.01 * (n % 11 + 1), n) for n in range(60)]
    assert choose(calls) == choose(calls[::-1])


def test_nothing_to_choose_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choose([call("a")], 0)
