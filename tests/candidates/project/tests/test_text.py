import pytest
from ledger.text import initials, labels, matching, render, slug, tidy, word_counts


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Annual Report 2024", "annual-report-2024"),
        ("  Minutes --- of the (spring) meeting!", "minutes-of-the-spring-meeting"),
        ("Straße und Wege", "strasse-und-wege"),
        ("", ""),
        ("***", ""),
        ("one", "one"),
    ],
)
def test_titles_become_slugs(title, expected):
    assert slug(title) == expected


def test_words_are_counted_in_order():
    counts = word_counts("to be or not to be that is the question to answer")
    assert counts == {
        "to": 3,
        "be": 2,
        "or": 1,
        "not": 1,
        "that": 1,
        "is": 1,
        "the": 1,
        "question": 1,
        "answer": 1,
    }
    assert list(counts)[:4] == ["to", "be", "or", "not"]
    assert word_counts("") == {}
    assert word_counts("a  a\tb\na") == {"a": 3, "b": 1}


def test_case_does_not_matter():
    assert matching(["Anna", "anna", "Bert", "ANNA"], "anna") == ["Anna", "anna", "ANNA"]
    assert matching(["Weiss", "WEISS", "Weiß"], "weiß") == ["Weiss", "WEISS", "Weiß"]
    assert matching([], "x") == []
    assert matching(["Carl"], "dora") == []


def test_rows_become_lines():
    assert render([["a", 1], ["b", 2.5, None]]) == "a;1\nb;2.5;None\n"
    assert render([]) == ""
    assert render([[]]) == "\n"
    assert render([["x", "y"], ["z"]], ",") == "x,y\nz\n"


def test_names_are_trimmed():
    assert tidy([" anna ", "bert", "\tcarl\n"]) == ["anna", "bert", "carl"]
    assert tidy([]) == []
    assert tidy(["  ", "d e"]) == ["", "d e"]


def test_initials_are_capitals():
    assert initials("anna maria schmidt") == "A.M.S."
    assert initials("Bert") == "B."
    assert initials("") == ""


def test_values_become_labels():
    assert labels([1, 2, 1]) == ["<1>", "<2>", "<1>"]
    assert labels(["a", 2.5, None]) == ["<a>", "<2.5>", "<None>"]
    assert labels([]) == []
