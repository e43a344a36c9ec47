"""Steps of a build and what they need."""

from __future__ import annotations

from dataclasses import dataclass, field


class PlanError(Exception):
    """A plan that cannot be carried out."""


@dataclass(frozen=True)
class Step:
    name: str
    needs: tuple[str, ...] = ()
    seconds: int = 1


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)

    def check(self) -> None:
        """Refuse names that come twice, and needs that no step meets."""
        names = {step.name for step in self.steps}
        if len(names) != len(self.steps):
            raise PlanError("a step is declared twice")
        for step in self.steps:
            for need in step.needs:
                if need not in names:
                    raise PlanError(f"{step.name} needs {need}, which nobody makes")


def read_plan(text: str) -> Plan:
    """Read lines such as ``link (12): compile assets``; what stands after # is ignored."""
    plan = Plan()
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        head, _, needs = line.partition(":")
        name, _, seconds = head.strip().partition(" ")
        plan.steps.append(Step(name, tuple(needs.split()), int(seconds.strip(" ()") or 1)))
    return plan
