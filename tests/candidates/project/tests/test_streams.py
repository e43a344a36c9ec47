import asyncio

import pytest
from ledger import streams
from ledger.streams import batches, changes, fetch_all


def test_batches_are_full():
    assert list(batches(["a", "b", "c", "d", "e"], 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(batches([], 3)) == []
    assert list(batches(iter(range(6)), 3)) == [[0, 1, 2], [3, 4, 5]]


def test_batches_come_as_they_fill():
    arriving = iter(["a", "b", "c", "d"])
    first = next(batches(arriving, 2))
    assert first == ["a", "b"]
    assert next(arriving) == "c"


def test_changes_are_seen():
    assert list(changes([1, 1, 2, 2, 1])) == [1, 2, 1]
    assert list(changes(iter([5, 5, 5]))) == [5]
    assert list(changes([])) == []
    assert list(changes(["on", "off", "off", "on"])) == ["on", "off", "on"]


def test_every_key_is_asked_once():
    streams.JOURNAL.clear()
    assert asyncio.run(fetch_all(["a", "bcd", "a", "ef"])) == {"a": 1, "bcd": 3, "ef": 2}
    assert streams.JOURNAL == ["a", "bcd", "ef"]
    assert asyncio.run(fetch_all([])) == {}
    assert asyncio.run(fetch_all(["key" * number for number in range(1, 9)]))["keykey"] == 6


def test_nothing_is_asked_after_a_failure():
    streams.JOURNAL.clear()
    with pytest.raises(KeyError):
        asyncio.run(fetch_all(["a", "", "b"]))
    assert streams.JOURNAL == ["a", ""]
