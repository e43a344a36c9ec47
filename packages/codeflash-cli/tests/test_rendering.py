"""What a result looks like in a terminal."""

from __future__ import annotations

import pytest

from codeflash_cli.rendering.results import print_report
from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, Opinion, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.spending import Spending


def _attempt(name: str, step: str, *parents: str, word: DecisionWord = DecisionWord.REJECTED) -> Attempt:
    made = Candidate(name, "service:gpt", {"m.py": name}, "Why.", parents, (step,), cost=Cost(1.0, 1, 0.01))
    return Attempt(made, "--- a\n+++ b\n", Decision(word, ("because",)))


def _report(*requests: Spending) -> RunReport:
    wrong = _attempt("aaa", "service")
    best = _attempt("bbb", "service:repair", "aaa", word=DecisionWord.ACCEPTED)
    opinions = (Opinion("service", "review", "high: [bold]clear[/bold]"),) if requests else ()
    result = TargetResult("m.py::f", best.decision, best, (wrong, best), requests=requests, opinions=opinions)
    return RunReport("run", "shop", "codeflash", "now", 3.0, "1", 0, (result,))


def test_a_change_that_was_asked_for_elsewhere_shows_where_it_came_from_and_its_price(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_report(_report(Spending(1, "m.py::f", "service", "propose", "", "answered", 2.0, 1, 0.25)))
    said = capsys.readouterr().out
    assert "came from: propose aaa (rejected) -> repair bbb (accepted)" in said
    assert "cost: 1 request, $0.25, 2.0 s; $0.25 for an accepted change" in said
    assert "service, review: high: [bold]clear[/bold]" in said


def test_a_price_that_nobody_told_is_not_shown_as_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(_report(Spending(1, "m.py::f", "service", "propose", "", "failed", 2.0, 1, None)))
    assert "1 request, price not told" in capsys.readouterr().out


def test_a_run_that_asked_nobody_says_nothing_of_cost(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(_report())
    assert "cost" not in capsys.readouterr().out
