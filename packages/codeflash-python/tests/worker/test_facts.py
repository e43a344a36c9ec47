"""Facts about arguments: types, lengths, elements, size."""

from __future__ import annotations

from codeflash_worker import facts


def f(items, other=None, *rest, key=None, **more):
    return items, other, rest, key, more


def test_types_come_most_frequent_first_with_lengths_and_elements():
    seen = facts.Facts(f)
    seen.see(([1, 2, 3],), {})
    seen.see(([],), {})
    seen.see((("a",), 5, 6.0), {"key": len, "z": b"x"})
    told = seen.told()
    assert told["items"] == {
        "types": ["builtins.list", "builtins.tuple"],
        "lengths": [0, 1, 3],
        "element_types": ["builtins.int", "builtins.str"],
        "hashable": True,
    }
    assert told["other"]["types"] == ["builtins.int"]
    assert told["other"]["lengths"] is None
    assert told["rest"]["types"] == ["builtins.float"]
    assert told["key"]["types"] == ["builtins.builtin_function_or_method"]
    assert told["more"]["types"] == ["builtins.bytes"]


def test_one_unhashable_element_makes_the_elements_unhashable():
    seen = facts.Facts(f)
    seen.see(([1, [2]],), {})
    seen.see(([3],), {})
    assert seen.told()["items"]["hashable"] is False


def test_elements_of_nothing_are_neither_hashable_nor_not():
    seen = facts.Facts(f)
    seen.see(([],), {})
    assert seen.told()["items"]["hashable"] is None


def test_size_is_the_lengths_together_else_the_largest_integer():
    assert facts.size(([1, 2], "abc"), {"key": {1: 2}}) == 6
    assert facts.size((7, -9, True), {}) == 9
    assert facts.size((1.5, None), {}) is None
    assert facts.size((10**40,), {}) == 2**53


def test_an_object_is_as_large_as_what_it_holds():
    class Basket:
        def __init__(self):
            self.items = [1, 2, 3]
            self.name = "ab"
            self.price = 3

    assert facts.size((Basket(), 5), {}) == 5


def test_a_length_that_raises_is_no_length():
    class Odd:
        def __len__(self):
            raise RuntimeError

    assert facts.length(Odd()) is None
    assert facts.length(Odd) is None
