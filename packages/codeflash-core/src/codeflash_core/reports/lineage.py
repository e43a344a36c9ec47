"""Where each candidate came from, by what step, what it cost, and what became of it; and what all of it cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from codeflash_core.model.candidate import COMBINED
from codeflash_core.model.decision import Attempt, TargetResult
from codeflash_core.model.spending import Bill, Spending
from codeflash_core.reports import figures


@frozen
class Descent:
    """One candidate in the tree.

    Attributes:
        depth: How many ancestors it has; those of the original have none.
        attempt: The candidate and what became of it.
        step: What made it, such as ``repair``.
        winning: Whether it stands in the line of descent of the best candidate.
    """

    depth: int
    attempt: Attempt
    step: str
    winning: bool


def descent(result: TargetResult) -> tuple[Descent, ...]:
    """Every candidate below the one it came from, the first ancestors in the order in which they were tried.

    Args:
        result: The end of a search.
    """
    known = {each.candidate.id: each for each in result.attempts}
    winning = {each.candidate.id for each in line(result)}
    below: dict[str, list[Attempt]] = {}
    for attempt in result.attempts:
        parent = next((each for each in attempt.candidate.parents[:1] if each in known), "")
        below.setdefault(parent, []).append(attempt)
    found: list[Descent] = []
    waiting = [(0, each) for each in reversed(below.get("", []))]
    seen: set[str] = set()
    while waiting:
        depth, attempt = waiting.pop()
        name = attempt.candidate.id
        if name in seen:
            continue
        seen.add(name)
        found.append(Descent(depth, attempt, step_of(attempt), name in winning))
        waiting += [(depth + 1, each) for each in reversed(below.get(name, []))]
    return tuple(found)


def line(result: TargetResult) -> tuple[Attempt, ...]:
    """The best candidate's line of descent, the first ancestor first; empty where there is no candidate."""
    known = {each.candidate.id: each for each in result.attempts}
    if result.best is not None:
        known[result.best.candidate.id] = result.best
    found: list[Attempt] = []
    waiting = [result.best.candidate.id] if result.best is not None else []
    while waiting:
        attempt = known.get(waiting.pop())
        if attempt is not None and attempt not in found:
            found.append(attempt)
            waiting += attempt.candidate.parents
    return tuple(reversed(found))


def step_of(attempt: Attempt) -> str:
    """What made a candidate: ``propose`` for a first proposal of a source, the rule for a rewrite."""
    candidate = attempt.candidate
    last = candidate.steps[-1] if candidate.steps else ""
    source = candidate.source.partition(":")[0]
    if last == COMBINED:
        return last
    return "propose" if last in ("", source) else last.removeprefix(f"{source}:")


def has_story(result: TargetResult) -> bool:
    """Whether there is more to tell than the list of what was tried."""
    return bool(result.requests) or any(len(each.candidate.parents) > 0 for each in result.attempts)


def bill_text(bill: Bill, accepted: int = 0) -> str:
    """What requests cost, in one line; empty without any.

    Args:
        bill: The sum.
        accepted: How many changes were accepted with it; 0 leaves out what each of them cost.
    """
    parts = []
    if bill.calls:
        known = bill.unpriced < bill.calls
        told = figures.money(bill.money) if known else "price not told"
        parts.append(f"{figures.count(bill.calls, 'request')}, {told}, {figures.seconds(bill.seconds)}")
        if accepted and not bill.unpriced:
            parts.append(f"{figures.money(bill.money / accepted)} for an accepted change")
        if bill.unpriced and known:
            parts.append(f"and {figures.count(bill.unpriced, 'request')} of a price that nobody told")
    if bill.replayed:
        parts.append(
            f"{figures.count(bill.replayed, 'answer')} out of a recording, where they had cost {figures.money(bill.recorded_money)}"
        )
    return "; ".join(parts)


def bill_of(results: Sequence[TargetResult]) -> Bill:
    """What the requests of all targets cost."""
    return Bill.of(each for result in results for each in result.requests)


def bill_document(bill: Bill, accepted: int) -> dict[str, Any]:
    """What requests cost, as plain JSON.

    Args:
        bill: The sum.
        accepted: How many changes were accepted with it.
    """
    known = bill.unpriced == 0
    return {
        "calls": bill.calls,
        "usd": round(bill.money, 8) if known else None,
        "usd_known": round(bill.money, 8),
        "unpriced": bill.unpriced,
        "seconds": round(bill.seconds, 3),
        "replayed": bill.replayed,
        "recorded_usd": round(bill.recorded_money, 8),
        "usd_per_accepted": round(bill.money / accepted, 8) if known and accepted else None,
    }


def request_document(request: Spending) -> dict[str, Any]:
    """One line of the ledger as plain JSON."""
    return {
        "number": request.number,
        "source": request.source,
        "step": request.step,
        "about": request.about or None,
        "outcome": request.outcome,
        "seconds": request.seconds,
        "calls": request.calls,
        "usd": request.money,
        "candidates": list(request.proposed),
        "message": request.message,
    }


def descent_document(result: TargetResult) -> list[dict[str, Any]]:
    """The tree of candidates as plain JSON."""
    found = []
    for each in descent(result):
        attempt = each.attempt
        measured = attempt.comparison or attempt.screening
        interval = measured.interval if measured else None
        cost = attempt.candidate.cost
        found.append(
            {
                "id": attempt.candidate.id,
                "parents": list(attempt.candidate.parents),
                "source": attempt.candidate.source,
                "step": each.step,
                "winning": each.winning,
                "decision": attempt.decision.word.value,
                "reason": attempt.decision.reasons[0] if attempt.decision.reasons else "",
                "verdict": type(attempt.verdict).__name__.lower() if attempt.verdict is not None else None,
                "speedup": round(interval.point, 4) if interval else None,
                "usd": cost.money,
                "seconds": cost.seconds,
                "calls": cost.calls,
            }
        )
    return found
