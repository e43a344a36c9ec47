from ledger.contacts import (
    heading,
    host_of,
    is_code,
    key_of,
    lines_of,
    members_named,
    new_names,
    placed,
    single_blanks,
    sorted_names,
    without_prefix,
)


def test_codes_are_digits():
    assert is_code("0123")
    assert not is_code("")
    assert not is_code("12a")
    assert not is_code("a12")


def test_headings_begin_with_a_capital():
    assert heading("annual report") == "Annual report"
    assert heading("the ABC of things") == "The ABC of things"
    assert heading("") == ""


def test_lines_are_split():
    assert lines_of("a\nb\n\nc") == ["a", "b", "", "c"]
    assert lines_of("a\n") == ["a", ""]
    assert lines_of("") == [""]


def test_prefixes_are_cut():
    assert without_prefix(["mr anna", "bert", "mr carl"], "mr ") == ["anna", "bert", "carl"]
    assert without_prefix(["x"], "") == ["x"]


def test_names_are_placed():
    assert placed("club", ["a.txt", "b.txt"]) == ["club/a.txt", "club/b.txt"]
    assert placed("club", []) == []


def test_names_are_sorted():
    assert sorted_names(["bert", "Anna", "carl", "anna"]) == ["Anna", "anna", "bert", "carl"]
    assert sorted_names([]) == []


def test_blanks_are_single():
    assert single_blanks("a  b   c d") == "a b c d"
    assert single_blanks("plain") == "plain"


def test_hosts_are_found():
    assert host_of("anna@club.org") == "club.org"
    assert host_of("nobody") == ""


def test_members_are_found():
    assert members_named(["anna", "bert", "carl"], ["carl", "anna"]) == ["anna", "carl"]
    assert members_named([], ["carl"]) == []


def test_names_may_be_new():
    assert new_names(["anna"], ["bert", "anna", "bert", "carl"]) == ["bert", "carl"]
    assert new_names([], []) == []


def test_keys_are_short():
    assert key_of("anna") == "nn"
    assert key_of("christoph") == "chrs"
    assert key_of("") == ""
