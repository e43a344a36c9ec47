import pytest

from codeflash_rewrites.catalogue import RULES


def test_every_rule_is_listed_in_a_line(codeflash) -> None:
    said = codeflash("rules", "list")
    assert said.code == 0
    assert len(said.out.splitlines()) == len(RULES)
    assert all(rule.slug in said.out for rule in RULES)


def test_the_list_as_json_has_everything_a_rule_says(codeflash) -> None:
    rules = codeflash("rules", "list", "--json").document["rules"]
    assert [each["slug"] for each in rules] == [rule.slug for rule in RULES]
    assert {"id", "slug", "title", "looks_for", "why_slow", "traps", "safety", "examples"} <= set(rules[0])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_is_shown_by_its_slug_or_number(codeflash, rule) -> None:
    said = codeflash("rules", "show", rule.slug)
    assert said.code == 0
    assert rule.title in said.out
    assert said.out.count("Before:") == len(rule.examples)
    assert codeflash("rules", "show", rule.id.lower()).out == said.out
    assert codeflash("rules", "show", rule.slug, "--json").document["slug"] == rule.slug


def test_an_unknown_rule_is_refused_with_the_nearest(codeflash) -> None:
    said = codeflash("rules", "show", RULES[0].slug[:-1])
    assert said.code == 2
    assert said.out == ""
    assert f"Did you mean {RULES[0].slug}?" in said.err
