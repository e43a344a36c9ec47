from ledger.trees import depth, flatten, tally


def test_levels_are_counted():
    assert depth({}) == 1
    assert depth({"children": [{"children": [{}]}, {}]}) == 3
    assert depth({"children": []}) == 1
    assert depth({"children": [{} for _ in range(40)]}) == 2


def test_a_long_chain_is_no_trouble():
    node = {}
    for _ in range(3000):
        node = {"children": [node]}
    assert depth(node) == 3001


def test_leaves_are_in_order():
    assert flatten([1, [2, [3, 4]], [], 5]) == [1, 2, 3, 4, 5]
    assert flatten([]) == []
    assert flatten([["a", ["b"]], "c", [[["d"]]]]) == ["a", "b", "c", "d"]
    assert flatten([(1, 2), [3]]) == [(1, 2), 3]


def test_members_are_counted_by_name():
    groups = [{"name": "a", "members": [1, 2]}, {"name": "b", "members": [3]}, {"name": "a", "members": [4]}]
    assert tally(groups, ["b", "a", "z"]) == {"b": 1, "a": 3, "z": 0}
    assert tally([], ["a"]) == {"a": 0}
    assert tally(groups, []) == {}
