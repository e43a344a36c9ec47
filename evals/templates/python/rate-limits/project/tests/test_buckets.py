import pytest

from ratelimits.buckets import Buckets, replay


def test_a_bucket_runs_empty_and_is_refilled():
    assert replay(Buckets(2, 1), [("a", 0), ("a", 0), ("a", 0), ("a", 1000)]) == [0, 0, 1000, 0]


def test_clients_have_their_own_buckets():
    assert replay(Buckets(1, 1), [("a", 0), ("b", 0)]) == [0, 0]


def test_time_does_not_go_backwards():
    assert replay(Buckets(1, 1), [("a", 1000), ("a", 500)]) == [0, 1000]


def test_a_bucket_holds_something():
    with pytest.raises(ValueError, match="holds something"):
        Buckets(0, 1)


def test_a_busy_hour():
    answers = replay(Buckets(5, 2), [(f"c{n % 40}", n * 3) for n in range(6000)])
    assert 0 < answers.count(0) < 6000
