"""Arguments survive as bytes, or are refused with a reason."""

from __future__ import annotations

import copyreg
import dataclasses
import gc
import sys
import threading
from itertools import count, islice
from typing import Any

import pytest

from codeflash_worker import payload


def same(data: bytes) -> tuple[tuple, dict]:
    return payload.load(data)


def test_arguments_come_back_as_they_were():
    args, kwargs = same(payload.dump(([1, "é", None], {2.5: b"x"}), {"key": {1, 2}}))
    assert args == ([1, "é", None], {2.5: b"x"})
    assert kwargs == {"key": {1, 2}}


def test_objects_shared_between_arguments_stay_shared():
    shared = [1]
    args, kwargs = same(payload.dump((shared, shared), {"also": shared}))
    assert args[0] is args[1] is kwargs["also"]


def test_equal_arguments_give_equal_bytes():
    assert payload.dump(([1, 2], "a"), {"k": 1.5}) == payload.dump(([1, 2], "a"), {"k": 1.5})


def test_a_lambda_travels_by_value():
    args, _ = same(payload.dump((lambda x: x + 41,), {}, verify=False))
    assert args[0](1) == 42


def test_what_cannot_be_pickled_is_refused_with_a_reason():
    with pytest.raises(payload.Unkeepable, match="lock"):
        payload.dump((threading.Lock(),), {})


def test_very_large_arguments_are_refused():
    with pytest.raises(payload.Unkeepable, match="larger than"):
        payload.dump((b"x" * (payload.LIMIT + 1),), {}, verify=False)


def test_deep_arguments_are_refused_not_fatal():
    deep: list = []
    for _ in range(200_000):
        deep = [deep]
    with pytest.raises(payload.Unkeepable, match="deep"):
        payload.dump((deep,), {}, verify=False)
    while deep:
        deep = deep.pop()


def test_a_stream_loads_as_a_generator_that_counts():
    opened = payload.open_payload(payload.dump((payload.Stream([1, 2, 3]),), {}))
    (generator,) = opened.args
    assert (i for i in ()).__class__ is type(generator)
    assert next(generator) == 1
    assert payload.consumed(opened) == [1]
    assert list(generator) == [2, 3]
    assert payload.consumed(opened) == [3]
    assert opened.feeds[0].ended


def test_a_stream_raises_what_the_recorded_generator_raised():
    opened = payload.open_payload(payload.dump((payload.Stream([1], KeyError("k")),), {}))
    with pytest.raises(KeyError):
        list(opened.args[0])


def test_a_stream_keeps_its_place_for_further_changes():
    args, _ = payload.load_as_kept(payload.dump((payload.Stream([1, 2]),), {}))
    assert isinstance(args[0], payload.Stream)
    assert args[0].items == [1, 2]


def test_recording_a_generator_keeps_what_was_read_of_it():
    pending = payload.Pending(((i * i for i in count()), [5]), {})
    assert list(islice(pending.args[0], 3)) == [0, 1, 4]
    args, _ = payload.load_as_kept(pending.finish())
    assert args[0].items == [0, 1, 4]
    assert not args[0].complete
    assert args[1] == [5]


def test_recording_keeps_items_as_they_were_when_read():
    pending = payload.Pending((([i] for i in range(2)),), {})
    for item in pending.args[0]:
        item.append("later")
    args, _ = payload.load_as_kept(pending.finish())
    assert args[0].items == [[0], [1]]
    assert args[0].complete


def test_recording_passes_values_on_unchanged_and_keeps_the_error():
    def broken():
        yield 1
        raise ValueError("end")

    pending = payload.Pending((), {"source": broken()})
    with pytest.raises(ValueError, match="end"):
        list(pending.kwargs["source"])
    _, kwargs = payload.load_as_kept(pending.finish())
    assert kwargs["source"].items == [1]
    assert repr(kwargs["source"].error) == "ValueError('end')"


def test_arguments_without_generators_are_kept_before_the_call():
    items = [3, 1]
    pending = payload.Pending((items,), {})
    assert pending.args[0] is items
    items.sort()
    assert payload.load(pending.finish())[0] == ([3, 1],)


def test_an_item_that_cannot_be_kept_is_refused_at_the_end():
    pending = payload.Pending(((threading.Lock() for _ in range(1)),), {})
    assert len(list(pending.args[0])) == 1
    with pytest.raises(payload.Unkeepable):
        pending.finish()


class Forgetful:
    def __init__(self) -> None:
        self.kept = 1

    def __getstate__(self) -> dict:
        return {}


def test_objects_that_lose_state_are_refused():
    with pytest.raises(payload.Unkeepable, match="changes when pickled"):
        payload.dump((Forgetful(),), {})


class Plain:
    def __init__(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)


class Strict(Plain):
    sets = 0

    def __setattr__(self, name: str, value: Any) -> None:
        Strict.sets += 1
        raise AttributeError(name)


class Shadowed(Plain):
    def __init__(self) -> None:
        self.__dict__["name"] = "kept"

    @property
    def name(self) -> str:
        raise AssertionError

    @name.setter
    def name(self, value: str) -> None:
        raise AssertionError


class Slotted:
    __slots__ = ("a", "b")


class Both(Slotted):
    pass


class Mapping(dict):
    pass


class Items(list):
    pass


class Delegating:
    def __init__(self, to: Any) -> None:
        self.to = to

    def __getattr__(self, name: str) -> Any:
        return getattr(self.to, name)


class Registered(Plain):
    pass


@dataclasses.dataclass
class Open:
    a: int
    b: list


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: int
    b: list


def back(*args: Any) -> Any:
    return payload.load(payload.dump(args, {}))[0]


def has_a_dict(obj: Any) -> bool:
    return any(type(each) is dict for each in gc.get_referents(obj))


def test_attributes_come_back_in_order():
    (first, second) = back(Plain(b=1, a=[2], c="x"), Plain(c=3, a=2, b=1))
    assert list(vars(first).items()) == [("b", 1), ("a", [2]), ("c", "x")]
    assert list(vars(second)) == ["c", "a", "b"]
    assert vars(back(Plain())[0]) == {}


def test_cycles_and_shared_values_of_instances_stay():
    shared = [1]
    one, other = Plain(items=shared), Plain(items=shared)
    object.__setattr__(one, "peer", other)
    object.__setattr__(other, "peer", one)
    object.__setattr__(one, "me", [one])
    a, b, items = back(one, other, shared)
    assert a.peer is b
    assert b.peer is a
    assert a.me[0] is a
    assert a.items is b.items is items


def test_instances_are_loaded_without_their_own_setattr():
    before = Strict.sets
    (found,) = back(Strict(a=1, b=2))
    assert vars(found) == {"a": 1, "b": 2}
    assert Strict.sets == before
    assert vars(back(Shadowed())[0]) == {"name": "kept"}


def test_dataclasses_and_subclasses_of_containers_come_back():
    assert back(Open(1, [2]), Frozen(1, [2])) == (Open(1, [2]), Frozen(1, [2]))
    mapping, items = Mapping(b=1, a=2), Items([3, 4])
    mapping.note, items.note = [mapping], "kept"  # type: ignore[attr-defined]
    again, others = back(mapping, items)
    assert (type(again), list(again.items()), again.note[0] is again) == (
        Mapping,
        [("b", 1), ("a", 2)],
        True,
    )
    assert (type(others), list(others), others.note) == (Items, [3, 4], "kept")


def test_slots_and_other_ways_of_pickling_stay():
    slotted, both = Slotted(), Both()
    slotted.a, both.b, both.c = 1, 2, 3  # type: ignore[attr-defined]
    one, two = back(slotted, both)
    assert (one.a, hasattr(one, "b")) == (1, False)
    assert (two.b, vars(two)) == (2, {"c": 3})
    assert back(ValueError("v", 1))[0].args == ("v", 1)
    copyreg.pickle(Registered, lambda obj: (Registered, (), {"by": "registry"}))
    try:
        found, _ = payload.load(payload.dump((Registered(a=1),), {}, verify=False))
    finally:
        del copyreg.dispatch_table[Registered]
    assert vars(found[0]) == {"by": "registry"}


def test_classes_and_instances_by_value_come_back():
    made = type("Made", (Plain,), {"__module__": "__main__", "double": lambda self: self.a * 2})
    args, _ = payload.load(payload.dump((made(a=4), Plain, Open), {}, verify=False))
    assert args[0].double() == 8
    assert args[1:] == (Plain, Open)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="instances always have a dict")
def test_loaded_instances_are_laid_out_like_built_ones():
    built = [Plain(a=1, b="x"), Strict(a=1), Open(1, []), Frozen(1, []), Plain()]
    assert not any(map(has_a_dict, built))
    data = payload.dump(tuple(built), {})
    loaded, _ = payload.load(data)
    assert not any(map(has_a_dict, loaded))
    opened = payload.open_payload(data).args
    assert not any(map(has_a_dict, opened))
