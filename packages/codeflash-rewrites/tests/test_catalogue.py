"""The catalogue is consistent and filters what its rules propose."""

import gc
import re
import weakref

import pytest
from attrs import evolve

from codeflash_rewrites.catalogue import RULES, by_slug, matches, proposals
from codeflash_rewrites.rule import LOOPS, Rewrite, Rule, Subject
from codeflash_syntax.edits import apply
from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem

SOURCE = 'def f(x):\n    """Doc."""\n    y = x\n    return y\n'


def rule_that_proposes(*texts, expected=2.0, number="R99"):
    def propose(subject):
        for text in texts:
            yield Rewrite(rule="made-up", variant="plain", source=text, why="For the test.")

    return Rule(
        id=number, slug="made-up", title="t", looks_for="l", why_slow="w", traps=(), safety="P",
        gain="none", expected=expected, examples=(), propose=propose,
    )  # fmt: skip


def test_ids_and_slugs_are_unique_and_well_formed():
    assert len({rule.id for rule in RULES}) == len(RULES) == len({rule.slug for rule in RULES})
    for rule in RULES:
        assert re.fullmatch(r"R\d\d", rule.id)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)
        assert set(rule.safety) <= set("PTEF,")


def test_every_rule_shows_what_it_changes_and_what_it_leaves():
    for rule in RULES:
        assert any(example.after is not None for example in rule.examples), rule.slug
        assert any(example.after is None for example in rule.examples), rule.slug


def test_a_rule_is_found_by_its_slug():
    for rule in RULES:
        assert by_slug(rule.slug) is rule
    with pytest.raises(KeyError):
        by_slug("no-such-rule")


def test_the_same_code_with_other_local_names_is_proposed_once():
    one = SOURCE.replace("y = x", "y = x + 0")
    two = one.replace("y", "z")
    assert [r.source for r in proposals(Subject(SOURCE, "f"), [rule_that_proposes(one, two)])] == [one]


def test_the_original_is_not_a_proposal():
    assert proposals(Subject(SOURCE, "f"), [rule_that_proposes(SOURCE, SOURCE.replace("y", "z"))]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        SOURCE.replace("f(x)", "f(x, z=1)"),
        SOURCE.replace("Doc.", "Other."),
        "@staticmethod\n" + SOURCE,
        SOURCE.replace("def f", "def g"),
        "async " + SOURCE,
        SOURCE + "return 1\n",
        SOURCE.replace("y = x\n", "y = yield x\n"),
    ],
)
def test_what_does_not_compile_or_changes_the_interface_is_dropped(text):
    assert proposals(Subject(SOURCE, "f"), [rule_that_proposes(text)]) == ()


def test_the_greatest_expected_gain_comes_first():
    small, great = SOURCE.replace("= x", "= x + 1"), SOURCE.replace("= x", "= x + 2")
    rules = [rule_that_proposes(small, expected=1.2), rule_that_proposes(great, expected=9.0, number="R98")]
    assert [rewrite.source for rewrite in proposals(Subject(SOURCE, "f"), rules)] == [great, small]


def test_a_rule_that_fails_does_not_end_the_others():
    def fail(subject):
        raise RuntimeError("stumbled")
        yield

    good = rule_that_proposes(SOURCE.replace("= x", "= x + 1"))
    bad = Rule(
        id="R97", slug="bad", title="t", looks_for="l", why_slow="w", traps=(), safety="P", gain="none",
        expected=5.0, examples=(), propose=fail,
    )  # fmt: skip
    assert len(proposals(Subject(SOURCE, "f"), [bad, good])) == 1


def test_a_module_that_does_not_parse_and_a_missing_function_are_reported():
    with pytest.raises(SyntaxProblem):
        proposals(Subject("def f(:", "f"))
    with pytest.raises(FunctionNotFound):
        proposals(Subject(SOURCE, "g"))


def test_edits_of_a_rewrite_make_its_text():
    subject = Subject("def f(xs):\n    return sum([x for x in xs if x in [1, 2, 3, 4]])\n", "f")
    made = list(matches(subject))
    assert made
    for rewrite in made:
        assert apply(subject.source, rewrite.edits) == rewrite.source


def test_matches_are_what_proposals_choose_from():
    good, bad = SOURCE.replace("return y", "return x"), SOURCE.replace("(x)", "(x, z)")
    rule = rule_that_proposes(bad, good, good)
    assert [each.source for each in matches(Subject(SOURCE, "f"), [rule])] == [bad, good, good]
    assert [each.source for each in proposals(Subject(SOURCE, "f"), [rule])] == [good]


def test_what_a_rule_needs_is_in_every_function_that_it_changes():
    for rule in RULES:
        for example in rule.examples:
            subject = Subject(example.before, example.function, example.facts)
            if example.after is not None and rule.needs:
                assert rule.needs & subject.kinds, rule.slug


def test_a_rule_is_not_asked_about_functions_without_what_it_needs():
    rule = evolve(rule_that_proposes(SOURCE.replace("return y", "return x")), needs=LOOPS)
    assert list(matches(Subject(SOURCE, "f"), [rule])) == []
    loop = SOURCE.replace("return y", "return [a for a in y]")
    assert len(list(matches(Subject(loop, "f"), [rule]))) == 1


def test_nothing_of_a_function_waits_for_the_garbage_collector():
    """Trees are thousands of objects: a service that works on many would be stopped by the collector again and again."""
    text = "def f(xs):\n    seen = []\n    for x in xs:\n        if x not in seen:\n            seen.append(x)\n    return seen\n"
    subject = Subject(text, "f")
    assert proposals(subject)
    gone = [weakref.ref(subject.module), weakref.ref(subject.parsed)]
    gc.disable()
    try:
        del subject
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()
