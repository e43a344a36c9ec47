import pytest
from ledger.records import (
    book,
    copied,
    distinct,
    drop_blank,
    find_row,
    first_given,
    flags,
    grouped,
    handle,
    has_gap,
    looked_up,
    merged,
    numbered,
    paired,
    position,
    ratio,
    read_into,
    renamed,
    take,
    whole_numbers,
)


def test_tables_are_merged():
    base = {"a": 1, "b": 2}
    assert merged(base, {"b": 3, "c": 4}) == {"a": 1, "b": 3, "c": 4}
    assert base == {"a": 1, "b": 2}
    assert merged({}, {}) == {}


def test_values_are_grouped():
    assert grouped([("a", 1), ("b", 2), ("a", 3)]) == {"a": [1, 3], "b": [2]}
    assert grouped([]) == {}


def test_keys_are_looked_up():
    assert looked_up({"a": 1, "b": 2}, ["b", "x", "a"]) == [2, None, 1]
    assert looked_up({}, []) == []


def test_names_have_values():
    assert paired(["a", "b"], [1, 2]) == [("a", 1), ("b", 2)]
    assert paired([], []) == []
    with pytest.raises(IndexError):
        paired(["a", "b"], [1])


def test_blank_rows_go():
    rows = [["a"], [], ["b"], []]
    assert drop_blank(rows) is rows
    assert rows == [["a"], ["b"]]
    assert drop_blank([]) == []


def test_gaps_are_found():
    assert has_gap([1, None, 2])
    assert not has_gap([1, 2])
    assert not has_gap([])


def test_rows_are_found():
    rows = [{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "a", "n": 3}]
    assert find_row(rows, "a") == {"name": "a", "n": 1}
    assert find_row(rows, "c") == {}
    with pytest.raises(ValueError, match="without a name"):
        find_row([{"n": 1}], "a")


def test_shares_are_cut_off():
    assert ratio([1, 2, 5], 8) == [12, 25, 62]
    with pytest.raises(ValueError, match="nothing to share"):
        ratio([1], 0)
    assert ratio([], 0) == []


def test_the_end_is_logged():
    log = []
    assert handle(["1", "2"], log) == 3
    assert log == ["over"]
    assert handle([], log) == 0


def test_whole_numbers_are_counted():
    assert whole_numbers([1, "a", 2.0, 3]) == 2
    assert whole_numbers([]) == 0


def test_no_more_is_taken():
    stream = iter([1, 2, 3, 4])
    assert take(stream, 2) == [1, 2]
    assert next(stream) == 3
    assert take([1], 3) == [1]
    assert take([1], 0) == []


def test_texts_become_numbers():
    numbers = [7]
    read_into(["1", "2"], numbers)
    assert numbers == [7, 1, 2]
    read_into([], numbers)


def test_positions_are_found():
    assert position(["a", "b", "a"], "a") == 0
    assert position([3, 4], 4) == 1
    assert position([], 4) == -1


def test_entries_are_renamed():
    assert list(renamed({"a": 1, "b": 2, "c": 3}, "b", "x").items()) == [("a", 1), ("x", 2), ("c", 3)]
    assert renamed({"a": 1}, "q", "x") == {"a": 1}


def test_lines_are_booked():
    assert book(12, "cash") == "cash 12"
    with pytest.raises(ValueError, match="amount 0"):
        book(0, "cash")
    with pytest.raises(KeyError):
        book(3, "")


def test_rows_are_copied():
    rows = [{"a": [1]}, {"b": 2}]
    made = copied(rows)
    assert made == rows
    assert made[0]["a"] is rows[0]["a"]
    assert copied([]) == []


def test_streams_are_made_distinct():
    assert distinct(iter(["a", "b", "a"])) == ["a", "b"]
    assert distinct([1, 2, 1]) == [1, 2]


def test_the_first_given_counts():
    assert first_given([None, "a", "b"]) == "a"
    assert first_given([None]) is None
    assert first_given([]) is None


def test_rows_are_numbered():
    assert list(numbered([["a"], ["b", "c"]])) == [[1, "a"], [2, "b", "c"]]
    assert list(numbered([])) == []


def test_ones_are_flagged():
    assert flags([1, 2, 0, 1]) == [True, False, False, True]
    assert flags([]) == []
