import pytest
from attrs import evolve

from codeflash_core.model.decision import DecisionWord
from codeflash_lsp.evidence.words import at_least, page, sentence, short


def test_the_claim_is_the_lower_bound(known) -> None:
    assert at_least(known()) == "1.79x at least, same behaviour on 34 inputs"
    assert sentence(known()) == "distinct: 1.79x at least, same behaviour on 34 inputs."


def test_what_was_not_accepted_claims_nothing(known) -> None:
    assert short(known(word="rejected")) == "nothing faster was found"
    assert sentence(known(word="needs-evidence")) == "distinct: needs more evidence: it is so."
    assert short(known(word="inconclusive")) == "not decided"


def test_the_page_tells_the_evidence_and_how_to_repeat_it(known) -> None:
    told = page(known(unconfined=("not confined: memory",)))
    for part in (
        "Decision: accepted",
        "Behaviour: same",
        "34 (2 test, 32 typed)",
        "1.83x [1.79, 1.88]",
        "never repeat: 1.70x",
        "Peak memory: 1.01",
        "Noise of the machine: 0.4 %",
        "```diff",
        "codeflash optimize src/shop/ordering.py::distinct",
        "20260101-000000-0001",
        "not confined: memory",
    ):
        assert part in told


def test_the_page_of_an_older_text_says_so_first(known) -> None:
    told = page(known(), stale="distinct was edited")
    assert told.index("Of an older text") < told.index("Decision")


def test_what_came_from_code_is_no_markup(known) -> None:
    found = known(function="a<b>")
    assert "a<b>" not in page(found).split("To repeat it")[0]


@pytest.mark.parametrize("word", DecisionWord)
def test_every_decision_has_words_of_its_own_where_there_is_nothing_to_apply(known, word) -> None:
    found = known(word=word.value)
    bare = evolve(found, result=evolve(found.result, best=None))
    others = [
        evolve(bare, result=evolve(bare.result, decision=evolve(bare.result.decision, word=each)))
        for each in DecisionWord
    ]
    assert [short(each) for each in others].count(short(bare)) == 1
