"""When each step runs."""

from __future__ import annotations

from heapq import heappop, heappush

from buildplan.steps import Plan, PlanError, Step


def ready(step: Step, done: list[str]) -> bool:
    return all(need in done for need in step.needs)


def order(plan: Plan) -> list[Step]:
    """Steps in an order in which they can run; the first declared of those that are ready comes next."""
    plan.check()
    followers: dict[str, list[int]] = {}
    missing = [len(set(step.needs)) for step in plan.steps]
    for position, step in enumerate(plan.steps):
        for need in set(step.needs):
            followers.setdefault(need, []).append(position)
    free = [position for position, count in enumerate(missing) if not count]
    ordered: list[Step] = []
    while free:
        step = plan.steps[heappop(free)]
        ordered.append(step)
        for position in followers.get(step.name, ()):
            missing[position] -= 1
            if not missing[position]:
                heappush(free, position)
    if len(ordered) < len(plan.steps):
        stuck = [step.name for step, count in zip(plan.steps, missing, strict=True) if count]
        raise PlanError(f"these need each other: {', '.join(stuck)}")
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
