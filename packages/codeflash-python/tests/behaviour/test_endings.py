"""What became of seeded faults: caught, survived, harmless, covered by a fallback."""

from typing import Any

import pytest
from attrs import evolve

from codeflash_python.behaviour.endings import Seeded, judge
from codeflash_python.behaviour.faults import Variant
from codeflash_python.behaviour.graphs import Malformed


def variant(role: str, condition: int) -> Variant:
    return Variant(1, "a", "b", "text", "f", role, condition)  # type: ignore[arg-type]


def judged(*pairs: tuple[Variant, str]) -> Seeded:
    return judge([one for one, _ in pairs], {"variants": [{"how": how, "at": 0} for _, how in pairs]})


def test_what_is_noticed_counts_as_caught():
    seeded = judged((variant("fault", -1), "difference"), (variant("fault", -1), "survived"))
    assert [fault.caught for fault in seeded.faults] == [True, False]
    assert not any(fault.equivalent for fault in seeded.faults)
    assert (seeded.unreached, seeded.notes) == ((), ())


@pytest.mark.parametrize(
    ("bound", "true", "false", "equivalent"),
    [
        ("", "survived", "survived", True),
        ("", "survived", "difference", False),
        ("", "difference", "survived", False),
        ("stricter", "difference", "survived", True),
        ("stricter", "survived", "difference", False),
        ("stricter", "survived", "not-run", False),
        ("looser", "survived", "difference", True),
        ("looser", "difference", "survived", False),
    ],
)
def test_a_fault_in_a_guard_does_not_count_when_the_inputs_pass_with_its_ways_forced(
    bound: Any, true: str, false: str, equivalent: bool
):
    seeded = judged(
        (evolve(variant("fault", 0), bound=bound), "survived"),
        (evolve(variant("forced", 0), bound="looser"), true),
        (evolve(variant("forced", 0), bound="stricter"), false),
    )
    assert [fault.equivalent for fault in seeded.faults] == [equivalent]


def test_faults_that_did_not_run_are_said_and_not_counted():
    seeded = judged((variant("fault", -1), "not-run"), (variant("fault", -1), "unfit"))
    assert seeded.faults == ()
    assert seeded.notes == ("1 seeded faults were not tried for lack of time",)


@pytest.mark.parametrize("how", ["difference", "crash", "reached"])
def test_a_place_that_some_input_comes_to_is_reached(how: str):
    assert judged((variant("reach", -1), how)) == Seeded()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("survived", "line 1: a"),
        ("timeout", "line 1: a (the inputs took too long)"),
        ("not-run", "line 1: a (not tried for lack of time)"),
        ("unfit", "line 1: a (it is not part of the loaded code)"),
    ],
)
def test_a_place_that_is_not_seen_to_be_reached_is_told(how: str, told: str):
    assert judged((variant("reach", -1), how)).unreached == (told,)


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"variants": None}, {"variants": []}, {"variants": [1]}, {"variants": [{"how": "fine"}]},
     {"variants": [{"how": ["survived"]}]}, {"variants": [{"how": "survived"}] * 2}],
)  # fmt: skip
def test_hostile_answers_are_malformed(data: Any):
    with pytest.raises(Malformed):
        judge([variant("fault", -1)], data)


def test_a_fault_that_the_fallback_covers_is_neither_caught_nor_uncaught():
    (fault,) = judged((variant("fault", -1), "covered")).faults
    assert fault.fallback
    assert not fault.caught
    assert not fault.counts
