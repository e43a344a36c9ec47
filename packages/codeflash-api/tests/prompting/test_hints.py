from __future__ import annotations

from attrs import evolve

from codeflash_api.prompting.fence import Trusted
from codeflash_api.prompting.hints import Hint, hints, told

QUEUE = """
def drain(items):
    queue = list(items)
    out = []
    while queue:
        out.append(queue.pop(0))
    return out
"""
DEDUPLICATE = """
class Basket:
    def unique(self, items):
        seen = []
        for item in items:
            if item not in seen:
                seen.append(item)
        return seen
"""


def test_the_rules_that_fit_the_code_are_found_with_their_function():
    found = {hint.rule.slug: hint.function for hint in hints([QUEUE, DEDUPLICATE])}

    assert found["queue-on-list"] == "drain"
    assert found["membership-in-growing-list"] == "Basket.unique"


def test_the_greatest_gain_comes_first_and_no_more_than_asked_for():
    found = hints([QUEUE, DEDUPLICATE])

    assert [hint.rule.expected for hint in found] == sorted(
        (hint.rule.expected for hint in found), reverse=True
    )
    assert hints([QUEUE, DEDUPLICATE], most=1) == found[:1]


def test_code_that_nothing_fits_or_that_does_not_parse_has_no_hints():
    assert hints(["", "def f(:", "\0", "def f():\n    return 1\n", "(" * 5_000]) == ()


def test_a_very_long_module_is_passed_over():
    assert hints([QUEUE + "x = 1\n" * 50_000]) == ()


def test_a_hint_tells_the_reason_and_the_traps():
    text = told(hints([QUEUE]))

    assert isinstance(text, Trusted)
    assert "In drain:" in text
    assert "Slow because" in text
    assert "Beware:" in text


def test_without_hints_there_is_nothing_to_tell():
    assert told([]) == ""


def test_an_example_that_is_long_is_left_out():
    rule = hints([QUEUE])[0].rule
    example = next(each for each in rule.examples if each.after is not None)
    long = evolve(rule, examples=(evolve(example, before=example.before + "    # more\n" * 20),))

    assert "For example" in told([Hint(rule, "f")])
    assert "For example" not in told([Hint(long, "f")])
    assert "For example" not in told([Hint(evolve(rule, examples=()), "f")])
