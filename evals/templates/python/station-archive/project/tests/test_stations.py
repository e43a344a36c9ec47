import pytest

from stations.archive import OutOfOrder, merged
from stations.summary import coldest, frost_spells


def archive(count, phase):
    return [f"{n * 10} {(n * 7 + phase) % 90 / 10 - 4:.1f}" for n in range(count)]


def test_readings_come_in_order_of_time_and_station():
    archives = {"west": ["0 1.5", "10 -2"], "east": ["0 2.5", "5 0"]}
    assert [(minute, station) for minute, station, _ in merged(archives)] == [
        (0, "east"),
        (0, "west"),
        (5, "east"),
        (10, "west"),
    ]


def test_an_archive_out_of_order_is_refused():
    with pytest.raises(OutOfOrder, match="west: minute 3 after 4"):
        list(merged({"west": ["4 1", "3 1"]}))


def test_a_spell_ends_with_the_first_mild_reading():
    archives = {"a": ["0 -1", "10 -2", "20 1", "30 -1"]}
    assert frost_spells(archives) == [(0, 10, 2), (30, 30, 1)]


def test_a_gap_ends_a_spell():
    assert frost_spells({"a": ["0 -1", "100 -1"]}) == [(0, 0, 1), (100, 100, 1)]


def test_the_coldest_reading():
    assert coldest({"b": ["0 -3.5"], "a": ["1 -3.5"]}) == (0, "b", -35)
    assert coldest({}) is None


def test_a_winter():
    archives = {f"s{n}": archive(400, n * 11) for n in range(8)}
    assert frost_spells(archives)
    assert coldest(archives)[2] == -40
