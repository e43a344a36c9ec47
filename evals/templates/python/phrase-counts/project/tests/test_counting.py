import pytest

from phrases import frequent
from phrases.counting import phrases_of
from phrases.words import is_phrase

NOUNS = "market river engine harbour signal winter".split()
VERBS = "rises falls stalls opens fades".split()


def corpus(documents, sentences):
    for d in range(documents):
        yield " ".join(
            f"The old {NOUNS[(d + s) % 6]} {VERBS[s * d % 5]} in the {NOUNS[s % 6]} of {1900 + s % 60}."
            for s in range(sentences)
        )


def test_phrases_are_runs_of_words():
    assert phrases_of(["a", "b", "c"], 2) == [("a", "b"), ("b", "c")]
    assert phrases_of(["a"], 2) == []


def test_a_phrase_has_words():
    with pytest.raises(ValueError, match="0 words"):
        frequent(["x y"], length=0)


def test_dull_ends_and_numbers_are_no_phrase():
    assert not is_phrase(("the", "river"), {"the"})
    assert not is_phrase(("12", "13"), set())
    assert is_phrase(("river", "the", "13"), {"the"})


def test_phrases_do_not_cross_documents():
    assert frequent(["old river", "bank old", "river bank"]) == []


def test_of_equals_the_first_met_comes_first():
    assert frequent(["red car, blue sky", "blue sky red car"], top=2) == [("red car", 2), ("blue sky", 2)]


def test_a_corpus():
    rows = frequent(corpus(30, 60), top=3)
    assert len(rows) == 3
    assert rows[0][1] >= rows[1][1] >= rows[2][1]
