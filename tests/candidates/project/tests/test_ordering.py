import pytest
from ledger.ordering import by_score, chunked, positions, unique, window_maxima


def test_unique_keeps_the_first_of_each():
    assert unique([3, 1, 3, 2, 1]) == [3, 1, 2]
    assert unique(["b", "a", "b", "c"]) == ["b", "a", "c"]
    assert unique([]) == []


def test_unique_takes_lists():
    assert unique([[1], [2], [1]]) == [[1], [2]]


def test_many_items_are_made_unique():
    assert unique([number * 7 % 41 for number in range(200)]) == [number * 7 % 41 for number in range(41)]


def test_scores_fall_and_equal_ones_keep_their_order():
    entries = [{"name": "a", "score": 1}, {"name": "b", "score": 3}, {"name": "c", "score": 1}]
    assert [entry["name"] for entry in by_score(entries)] == ["b", "a", "c"]
    assert [entry["name"] for entry in entries] == ["a", "b", "c"]
    many = [{"name": str(number), "score": number * 5 % 7} for number in range(60)]
    assert [entry["score"] for entry in by_score(many)] == sorted((e["score"] for e in many), reverse=True)
    assert by_score([]) == []


def test_chunks_have_their_size():
    assert chunked([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert chunked([1, 2, 3, 4], 2) == [[1, 2], [3, 4]]
    assert chunked(["a", "b", "c", "d", "e", "f"], 3) == [["a", "b", "c"], ["d", "e", "f"]]
    assert chunked([], 3) == []
    assert len(chunked(list(range(100)), 7)) == 15


def test_no_size_is_no_size():
    with pytest.raises(ValueError, match="positive"):
        chunked([1, 2], 0)
    with pytest.raises(ValueError, match="-2"):
        chunked([1, 2, 3], -2)


def test_positions_are_the_first():
    assert positions(["a", "b", "a", "c"], ["a", "c", "x"]) == [0, 3, -1]
    assert positions([], ["a"]) == [-1]
    assert positions([5, 3, 3, 9], [3, 4, 9, 5]) == [1, -1, 3, 0]
    assert positions(list(range(80)), list(range(100)))[79:] == [79] + [-1] * 20


def test_windows_are_full():
    assert window_maxima([1, 5, 2, 4, 3]) == [5, 5, 4]
    assert window_maxima([1, 2], 3) == []
    assert window_maxima([4, 2, 6, 1], 2) == [4, 6, 6]
    assert window_maxima([9, 8, 7, 6, 5, 4], 4) == [9, 8, 7]
