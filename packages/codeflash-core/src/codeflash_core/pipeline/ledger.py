"""The cost ledger of a run: every request is a line on disk before it is sent, and again before its answer is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import asdict, evolve, frozen

from codeflash_core.model.spending import Bill, Spending
from codeflash_core.records.journal import Journal
from codeflash_core.reports.figures import money

REQUEST = "request"
"""The kind of the ledger's lines in the journal."""


@frozen
class Limits:
    """How much the requests of a run may cost.

    Attributes:
        money: US dollars, or None without a limit.
        calls: Requests, or None without a limit.
    """

    money: float | None = None
    calls: int | None = None


class Ledger:
    """What each request cost; a request that this process did not live to see the end of counts as well."""

    def __init__(
        self,
        journal: Journal | None = None,
        past: Iterable[Mapping[str, Any]] = (),
        limits: Limits | None = None,
    ) -> None:
        """Take up a run.

        Args:
            journal: Where lines go; without one they are kept in memory only.
            past: The lines of the run so far.
            limits: How much may be spent.
        """
        self._journal = journal
        self.limits = limits or Limits()
        self._requests: dict[int, Spending] = {}
        for line in past:
            found = spending_of(line)
            self._requests[found.number] = found

    @property
    def requests(self) -> tuple[Spending, ...]:
        """All requests in their order."""
        return tuple(self._requests[number] for number in sorted(self._requests))

    def of(self, target: str) -> tuple[Spending, ...]:
        """The requests about one target."""
        return tuple(each for each in self.requests if each.target == target)

    @property
    def spent_up(self) -> str:
        """Why no further request may be sent; empty while one may."""
        bill, limits = Bill.of(self.requests), self.limits
        if limits.calls is not None and bill.calls >= limits.calls:
            return f"{bill.calls} of {limits.calls} requests are used up"
        if limits.money is None:
            return ""
        if bill.money >= limits.money:
            return f"{money(bill.money)} of {money(limits.money)} are spent"
        if bill.unpriced:
            return f"nobody told what a request cost, so that the limit of {money(limits.money)} can't be kept to"
        return ""

    def begin(self, target: str, source: str, step: str, about: str) -> Spending:
        """Write down that a request is about to be sent."""
        number = max(self._requests, default=0) + 1
        return self._write(Spending(number, target, source, step, about))

    def end(self, request: Spending) -> None:
        """Write down how a request ended, before anything is done with its answer."""
        self._write(request)

    def replay(self, request: Spending) -> None:
        """Write down an answer that came from a recording."""
        self._write(evolve(request, number=max(self._requests, default=0) + 1, outcome="replayed"))

    def _write(self, request: Spending) -> Spending:
        self._requests[request.number] = request
        if self._journal is not None:
            self._journal.append(REQUEST, asdict(request))
        return request


def spending_of(line: Mapping[str, Any]) -> Spending:
    """A request as the journal holds it."""
    return Spending(
        number=int(line["number"]),
        target=str(line.get("target", "")),
        source=str(line.get("source", "")),
        step=str(line.get("step", "")),
        about=str(line.get("about", "")),
        outcome=line.get("outcome", "unknown"),
        seconds=float(line.get("seconds", 0.0)),
        calls=int(line.get("calls", 1)),
        money=None if line.get("money") is None else float(line["money"]),
        proposed=tuple(map(str, line.get("proposed", ()))),
        message=str(line.get("message", "")),
    )
