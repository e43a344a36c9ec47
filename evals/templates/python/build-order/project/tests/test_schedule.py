import pytest

from buildplan.schedule import order, timetable
from buildplan.steps import Plan, PlanError, Step, read_plan


def layered(count):
    return Plan([
        Step(f"s{n * 7 % count:03}", tuple(f"s{k:03}" for k in range(n * 7 % count) if k % 37 == n % 37)[-3:], n % 5)
        for n in range(count)
    ])


def names(plan):
    return [step.name for step in order(plan)]


def test_needs_come_first():
    assert names(read_plan("link: compile\ncompile (3)")) == ["compile", "link"]


def test_what_became_ready_early_in_the_plan_goes_before_what_follows():
    assert names(read_plan("b: a\na\nc")) == ["a", "b", "c"]


def test_a_circle_is_named():
    with pytest.raises(PlanError, match="each other: a, b"):
        order(read_plan("a: b\nb: a"))


def test_an_unmet_need_is_named():
    with pytest.raises(PlanError, match="a needs z"):
        order(read_plan("a: z"))


def test_comments_are_ignored():
    assert read_plan("# nothing\na (4) # four\n").steps == [Step("a", (), 4)]


def test_a_step_starts_when_its_needs_are_met():
    plan = read_plan("a (5)\nb (2)\nc: a b")
    assert timetable(plan) == [(0, "a"), (0, "b"), (5, "c")]


def test_a_large_plan():
    plan = layered(240)
    ordered = names(plan)
    assert sorted(ordered) == sorted(step.name for step in plan.steps)
