"""Arguments survive as bytes, or are refused with a reason."""

from __future__ import annotations

import threading
from itertools import count, islice

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
