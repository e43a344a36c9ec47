from __future__ import annotations

import json

import pytest
from attrs import evolve

from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, Opinion, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.spending import Bill, Spending
from codeflash_core.reports.document import run_document
from codeflash_core.reports.html import render_html
from codeflash_core.reports.lineage import bill_text, descent, line, step_of
from codeflash_core.reports.markdown import pull_request_body
from codeflash_core.reports.summary import summary_page

REJECTED = Decision(DecisionWord.REJECTED, ("behaviour differs in <result>",))
ACCEPTED = Decision(DecisionWord.ACCEPTED, ("same behaviour",))


def attempt(name: str, step: str, *parents: str, decision=REJECTED, money: float | None = 0.01) -> Attempt:
    made = Candidate(
        name, "service:gpt", {"m.py": name}, "Why.", parents=parents, steps=(step,), cost=Cost(1.0, 1, money)
    )
    return Attempt(made, "--- a\n+++ b\n", decision)


WRONG = attempt("aaa", "service")
OTHER = attempt("ddd", "service", money=None)
MENDED = attempt("bbb", "service:repair", "aaa")
BEST = attempt("ccc", "service:refine", "bbb", decision=ACCEPTED)
REQUESTS = (
    Spending(1, "m.py::f", "service", "propose", "", "answered", 2.0, 1, 0.01, ("aaa", "ddd")),
    Spending(2, "m.py::f", "service", "repair", "aaa", "failed", 1.0, 1, None, (), "broke off"),
)
RESULT = TargetResult(
    "m.py::f",
    ACCEPTED,
    best=BEST,
    attempts=(WRONG, OTHER, MENDED, BEST),
    original={"m.py": "x"},
    requests=REQUESTS,
    opinions=(Opinion("service", "review", "low: <b>odd</b>"),),
)
REPORT = RunReport("run", "shop", "codeflash optimize m.py::f", "2026-01-01", 3.0, "1", 0, (RESULT,))


def test_children_stand_below_the_candidate_that_they_came_from() -> None:
    assert [(each.attempt.candidate.id, each.depth, each.winning) for each in descent(RESULT)] == [
        ("aaa", 0, True),
        ("bbb", 1, True),
        ("ccc", 2, True),
        ("ddd", 0, False),
    ]


def test_the_line_of_descent_begins_with_the_first_ancestor() -> None:
    assert [step_of(each) for each in line(RESULT)] == ["propose", "repair", "refine"]
    assert line(evolve(RESULT, best=None)) == ()


def test_a_combination_descends_from_both() -> None:
    made = attempt("eee", "combination", "aaa", "ddd")
    result = evolve(RESULT, best=made, attempts=(WRONG, OTHER, made))
    assert {each.candidate.id for each in line(result)} == {"aaa", "ddd", "eee"}
    assert step_of(made) == "combination"


@pytest.mark.parametrize(
    ("bill", "text"),
    [
        (Bill(), ""),
        (Bill(2, 0.015, 0, 3.0), "2 requests, $0.015, 3.0 s"),
        (Bill(1, 0.0, 1, 3.0), "1 request, price not told, 3.0 s"),
        (Bill(2, 0.5, 1, 3.0), "2 requests, $0.50, 3.0 s; and 1 request of a price that nobody told"),
        (Bill(replayed=3, recorded_money=1.5), "3 answers out of a recording, where they had cost $1.50"),
    ],
)
def test_a_bill_in_a_line_never_takes_an_unknown_price_for_nothing(bill, text) -> None:
    assert bill_text(bill) == text


def test_the_document_has_lineage_ledger_and_cost() -> None:
    document = run_document(REPORT)
    json.dumps(document)
    (result,) = document["results"]
    assert [each["step"] for each in result["lineage"]] == ["propose", "repair", "refine", "propose"]
    assert result["lineage"][3]["usd"] is None
    assert [each["outcome"] for each in result["requests"]] == ["answered", "failed"]
    assert document["cost"]["calls"] == 2
    assert (document["cost"]["usd"], document["cost"]["usd_known"], document["cost"]["unpriced"]) == (
        None,
        0.01,
        1,
    )


def test_the_page_shows_the_tree_the_ledger_and_the_opinions_escaped() -> None:
    page = render_html(REPORT)
    for text in (
        "Where each candidate came from",
        "What was asked, and what it cost",
        "broke off",
        "not told",
    ):
        assert text in page
    assert "&lt;b&gt;odd&lt;/b&gt;" in page
    assert "<b>odd" not in page


def test_a_search_that_asked_nobody_has_no_such_part() -> None:
    plain = evolve(RESULT, requests=(), opinions=(), attempts=(OTHER,), best=OTHER)
    assert "Where each candidate came from" not in render_html(evolve(REPORT, results=(plain,)))


def test_a_pull_request_tells_where_the_change_came_from_and_what_it_cost() -> None:
    body = pull_request_body(RESULT, REPORT)
    assert "### Where it came from" in body
    assert "| `aaa` | propose |" in body
    assert "unheeded in the decision" in body
    assert "Asked elsewhere: 2 requests" in summary_page(REPORT)
