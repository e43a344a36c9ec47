"""When each step runs."""

from __future__ import annotations

from buildplan.steps import Plan, PlanError, Step


def ready(step: Step, done: list[str]) -> bool:
    return all(need in done for need in step.needs)


def order(plan: Plan) -> list[Step]:
    """Steps in an order in which they can run; the first declared of those that are ready comes next."""
    plan.check()
    remaining = list(plan.steps)
    done: list[str] = []
    ordered: list[Step] = []
    while remaining:
        for step in remaining:
            if ready(step, done):
                break
        else:
            raise PlanError(f"these need each other: {', '.join(step.name for step in remaining)}")
        remaining.remove(step)
        done.append(step.name)
        ordered.append(step)
    return ordered


def starts(ordered: list[Step]) -> dict[str, int]:
    """Second at which each step can start when there are machines enough."""
    ends: dict[str, int] = {}
    begin: dict[str, int] = {}
    for step in ordered:
        begin[step.name] = max((ends[need] for need in step.needs), default=0)
        ends[step.name] = begin[step.name] + step.seconds
    return begin


def timetable(plan: Plan) -> list[tuple[int, str]]:
    """Rows of second and step, in the order in which the steps run on one machine."""
    ordered = order(plan)
    begin = starts(ordered)
    return [(begin[step.name], step.name) for step in ordered]
