from __future__ import annotations

from codeflash_api.explanation.question import ExplainQuestion, Figures
from codeflash_api.explanation.rules import explain

PROFILE = """\
Line #      Hits         Time  Per Hit   % Time  Line Contents
     3      1000       1000.0      1.0      7.5  for x in xs:
     4      1000      12000.0     12.0     92.5      if x not in seen:
"""
AFTER = PROFILE.replace("92.5", "31.0").replace("     7.5", "    69.0")


def test_the_candidates_words_come_before_the_figures() -> None:
    text = explain(ExplainQuestion("a", "b", "Use a set.", Figures("1 ms", "2 us", "235%")))
    assert text == "Use a set.\n\nMeasured runtime: 1 ms before, 2 us after (235% faster)."


def test_nothing_known_is_an_empty_explanation() -> None:
    assert explain(ExplainQuestion("a", "b")) == ""


def test_what_it_was_accepted_for_comes_first() -> None:
    question = ExplainQuestion(
        "a",
        "b",
        runtime=Figures("1 ms", "1 ms", "0%"),
        throughput=Figures("10", "20", "100%"),
        concurrency=Figures("1.0", "3.0", ""),
        accepted_for="throughput",
    )
    text = explain(question)
    assert text.startswith("Measured throughput: 10 before, 20 after (100% more).")
    assert "Measured concurrency ratio: 1.0 before, 3.0 after." in text


def test_the_hottest_line_is_named() -> None:
    text = explain(ExplainQuestion("a", "b", original_profile=PROFILE))
    assert text == "Before, 92% of the function's time went to `if x not in seen:`."


def test_the_hottest_line_afterwards_is_named_too() -> None:
    text = explain(ExplainQuestion("a", "b", original_profile=PROFILE, optimized_profile=AFTER))
    assert text.endswith("now the largest share, 69%, goes to `for x in xs:`.")


def test_a_line_that_stays_the_hottest_is_named_once() -> None:
    text = explain(ExplainQuestion("a", "b", original_profile=PROFILE, optimized_profile=PROFILE))
    assert text.endswith("`if x not in seen:`; now it is 92%.")


def test_an_even_profile_is_not_worth_a_word() -> None:
    even = PROFILE.replace("92.5", "12.5")
    assert explain(ExplainQuestion("a", "b", original_profile=even)) == ""


def test_long_lines_and_backticks_are_quoted_safely() -> None:
    odd = "  4  1  1.0  1.0  99.0  " + "`" + "x" * 300
    text = explain(ExplainQuestion("a", "b", original_profile=odd))
    assert "``" in text
    assert "..." in text
    assert len(text) < 250
