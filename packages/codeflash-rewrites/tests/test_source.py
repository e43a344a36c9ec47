from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.model.corpus import Corpus
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.sources import Question
from codeflash_rewrites.catalogue import by_slug
from codeflash_rewrites.rule import Rewrite
from codeflash_rewrites.source import RewritesSource, cautions_of, facts_of

TEXT = """def distinct(names):
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
"""


@pytest.fixture
def question(tmp_path: Path) -> Question:
    target = Target("m.py", "distinct", "m", file_sha256="0" * 64)
    project = Project(tmp_path, "python", tmp_path / "python")
    return Question(project, target, {"m.py": TEXT}, Corpus(target.id))


async def test_candidates_say_which_rule_made_them_and_build_on_their_parent(question: Question) -> None:
    (first, *_) = await RewritesSource().propose(question)
    assert first.trusted
    assert first.steps == ("membership-in-growing-list",)
    assert first.source == "rewrites:membership-in-growing-list"
    parent = evolve(first, steps=("other",), why="Before.", cautions=("mind the gap",))
    (second, *_) = await RewritesSource().propose(evolve(question, parent=parent))
    assert second.steps == ("other", "membership-in-growing-list")
    assert second.parents == (parent.id,)
    assert second.why.startswith("Before. ")
    assert second.cautions[0] == "mind the gap"


async def test_a_file_that_does_not_parse_gives_no_candidate(question: Question) -> None:
    assert await RewritesSource().propose(evolve(question, files={"m.py": "def distinct(:"})) == ()


def test_traps_that_only_inputs_rule_out_are_named_except_behind_a_guard() -> None:
    rule = by_slug("membership-in-growing-list")
    plain = Rewrite(rule.slug, "plain", TEXT, "why")
    assert len(cautions_of(plain)) == len(rule.traps)
    assert all("only by the inputs tried" in caution for caution in cautions_of(plain))
    assert cautions_of(evolve(plain, variant="guarded")) == ()


def test_malformed_facts_are_left_out() -> None:
    told = {"a": {"types": "no list", "lengths": [1, 2], "hashable": "yes"}, "b": None}
    facts = facts_of(Corpus("t", facts={"parameters": told}), (3, 11))
    assert facts.parameters["a"].types == ()
    assert facts.parameters["a"].lengths is None
    assert facts.parameters["a"].hashable is None
    assert "b" not in facts.parameters
    assert facts_of(Corpus("t", facts={"parameters": [1]}), (3, 9)).parameters == {}
