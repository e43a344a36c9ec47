from __future__ import annotations

import pytest
from attrs import evolve

from codeflash_core.model.spending import Bill
from codeflash_core.pipeline.ledger import REQUEST, Ledger, Limits
from codeflash_core.records.journal import Journal, read_entries


def _asked(ledger: Ledger, money: float | None, outcome: str = "answered") -> None:
    request = ledger.begin("m.py::f", "service", "propose", "")
    ledger.end(evolve(request, money=money, outcome=outcome))


def test_a_request_is_on_disk_before_it_is_sent(tmp_path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        Ledger(journal).begin("m.py::f", "service", "repair", "abc")
        (line,) = read_entries(path)
    assert (line["kind"], line["step"], line["about"], line["outcome"]) == (
        REQUEST,
        "repair",
        "abc",
        "unknown",
    )


def test_a_request_whose_process_was_killed_counts_once_with_a_price_that_nobody_told(tmp_path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        ledger = Ledger(journal)
        _asked(ledger, 0.5)
        ledger.begin("m.py::f", "service", "repair", "abc")
    again = Ledger(None, read_entries(path))
    assert Bill.of(again.requests) == Bill(calls=2, money=0.5, unpriced=1)
    assert [each.outcome for each in again.requests] == ["answered", "unknown"]


@pytest.mark.parametrize("outcome", ["failed", "cancelled"])
def test_requests_that_came_to_nothing_count(outcome) -> None:
    ledger = Ledger(limits=Limits(calls=1))
    _asked(ledger, 0.0, outcome)
    assert "1 of 1 requests" in ledger.spent_up


def test_prices_that_change_are_added_up_as_they_were_told() -> None:
    ledger = Ledger(limits=Limits(money=1.0))
    for price in (0.1, 0.0, 0.45):
        _asked(ledger, price)
    assert Bill.of(ledger.requests).money == pytest.approx(0.55)
    assert ledger.spent_up == ""
    _asked(ledger, 0.5)
    assert "are spent" in ledger.spent_up


def test_a_price_that_nobody_told_is_not_free() -> None:
    ledger = Ledger(limits=Limits(money=1.0))
    _asked(ledger, None)
    assert "nobody told what a request cost" in ledger.spent_up


def test_without_limits_nothing_is_used_up() -> None:
    ledger = Ledger()
    _asked(ledger, None)
    _asked(ledger, 1e6)
    assert ledger.spent_up == ""


def test_replayed_answers_cost_nothing_now() -> None:
    ledger = Ledger(limits=Limits(money=0.1, calls=1))
    request = Ledger().begin("m.py::f", "service", "propose", "")
    ledger.replay(evolve(request, money=0.7))
    assert Bill.of(ledger.requests) == Bill(replayed=1, recorded_money=0.7)
    assert ledger.spent_up == ""


def test_requests_are_told_by_target() -> None:
    ledger = Ledger()
    ledger.begin("m.py::f", "service", "propose", "")
    ledger.begin("m.py::g", "service", "propose", "")
    assert [each.target for each in ledger.of("m.py::g")] == ["m.py::g"]
