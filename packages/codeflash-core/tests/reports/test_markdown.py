import re

import pytest
from attrs import evolve

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.decision import Decision, DecisionWord
from codeflash_core.reports.markdown import pull_request_body, pull_request_title, summary


def test_the_title_claims_the_lower_bound(accepted):
    low = accepted.best.comparison.interval.low
    assert pull_request_title(accepted) == f"Speed up arrange by at least {low:.2f}x"


def test_a_title_without_a_figure_claims_none(accepted):
    assert pull_request_title(evolve(accepted, best=None)) == "Speed up arrange"


def test_the_body_holds_what_a_maintainer_needs(accepted, report):
    body = pull_request_body(accepted, report)
    interval = str(accepted.best.comparison.interval).replace("[", "\\[").replace("]", "\\]")
    for words in (
        "`shop/ordering.py::arrange`",
        f"**{interval}**",
        "interval at 99.9 %",
        f"The claim is the lower bound, **{accepted.best.comparison.interval.low:.2f}x**",
        "### Why it is faster\n\nMembership in a list",
        "- adds a set of the ids",
        "- hypothesis is not installed",
        "| Inputs compared | 412: result",
        "| On cold caches | 1.79x",
        "| Noise floor (original against itself) | ",
        "| Growth with input size | n^1.9",
        "- line 15: `order.id in wanted_ids` as `False`",
        "- `ab12cd34ef56`: 210 ns a call, 1.1 % of the workload's time",
        "```sh\ncodeflash optimize shop/ordering.py::arrange --seed 7\n```",
        "processor: AMD EPYC 7B13",
        "sandbox: bubblewrap",
    ):
        assert words in body, words


def test_a_candidate_that_was_not_timed_claims_no_speed(accepted, report):
    untimed = evolve(accepted, best=evolve(accepted.best, comparison=None), control=None, growth=None)
    body = pull_request_body(untimed, report)
    assert "its speed was not measured" in body
    assert "### Evidence that it is faster" not in body


def test_a_target_without_a_candidate_cannot_be_reported(accepted, report):
    with pytest.raises(ValueError, match="has no candidate"):
        pull_request_body(evolve(accepted, best=None), report)


def test_a_rejected_candidate_is_not_sold(accepted, report):
    rejected = evolve(accepted, decision=Decision(DecisionWord.REJECTED, ("no",)))
    assert "(not accepted;" in pull_request_body(rejected, report)


def test_foreign_text_brings_no_tags_mentions_or_fences_into_the_body(hostile):
    result = hostile.results[0]
    result = evolve(
        result,
        best=evolve(
            result.best, candidate=evolve(result.best.candidate, why="ping @all, fixes #1 <b>x</b>\n```\n# h")
        ),
    )
    body = pull_request_body(result, evolve(hostile, command="run ```` me"))
    prose = re.sub(r"(?<![\\`])(`+)[^`].*?(?<!`)\1(?!`)", "", body, flags=re.DOTALL)
    assert "<" not in prose
    assert "@all" not in prose
    assert "#1" not in prose
    assert "\n# h" not in body
    assert "`````sh\nrun ```` me\n`````" in body
    assert "\u202e" not in body
    body.encode()


def test_a_run_is_summed_up_in_a_table(report):
    text = summary(report)
    assert text.startswith("**1 of 2 targets** made faster in shop.")
    assert "| `shop/ordering.py::arrange` | accepted | 1.8" in text
    assert "| `shop/pricing.py::Basket.total` | rejected |  | no candidate was proposed |" in text


def test_a_run_that_timed_nothing_does_not_speak_of_speed(report):
    assert summary(evolve(report, timed=False)).startswith(
        "**1 of 2 targets** shown to behave the same in shop."
    )


def test_a_summary_without_targets_is_one_sentence(report):
    assert summary(evolve(report, results=())) == "**0 of 0 targets** made faster in shop.\n"


def test_a_bar_in_a_name_does_not_open_a_column(report, accepted):
    text = summary(evolve(report, results=(evolve(accepted, target="a|b.py::f"),)))
    assert "| <code>a&#124;b.py::f</code> | accepted |" in text


def test_a_bar_in_a_reason_does_not_open_a_column(report, accepted):
    decision = evolve(accepted.decision, reasons=("`a | b` is \\| @team",))
    text = summary(evolve(report, results=(evolve(accepted, decision=decision),)))
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {5}
    assert "@" not in text


def test_a_cheat_is_named_in_the_summary(report, accepted):
    decision = Decision.cheating(Cheat(CheatKind.TEST_EDIT, "changes test_m.py"))
    text = summary(evolve(report, results=(evolve(accepted, decision=decision),)))
    assert "cheating: it edits the tests that judge it: changes test\\_m.py" in text
