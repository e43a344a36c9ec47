"""Work done apart: its answer comes back, or how it died."""

from __future__ import annotations

import os
import signal

import pytest

from codeflash_worker import attempts, channel, supervise


def test_the_answer_comes_back():
    assert supervise.apart(supervise.Beat(), lambda: ({"a": 1}, [b"x"])) == ({"a": 1}, [b"x"])


def test_a_death_names_the_test_that_was_running():
    beat = supervise.Beat()

    def work():
        beat.start("tests/té.py::test_x", 5)
        os.kill(os.getpid(), signal.SIGUSR1)
        return {}, []

    with pytest.raises(supervise.Died) as death:
        supervise.apart(beat, work)
    assert death.value.during == "tests/té.py::test_x"
    assert death.value.why == f"killed by signal {int(signal.SIGUSR1)}"


def test_work_that_is_overdue_is_killed(monkeypatch):
    monkeypatch.setattr(supervise, "GRACE", 0.0)
    beat = supervise.Beat()

    def work():
        beat.start("hangs", 0.05)
        while True:
            signal.pause()

    with pytest.raises(supervise.Died, match="hangs: timed out"):
        supervise.apart(beat, work)


def test_a_test_that_dies_is_left_out_of_the_next_attempt():
    def attempt(beat, excluded):
        if "bad" not in excluded:
            beat.start("bad", 5)
            os._exit(3)
        return {"excluded": excluded}, []

    assert attempts.repeat(attempt) == ({"excluded": {"bad": "its process ended"}}, [])


def test_an_error_of_our_own_is_told_with_its_trace():
    def attempt(beat, excluded):
        raise LookupError("a bug")

    with pytest.raises(attempts.Refusal, match="LookupError: a bug") as refusal:
        attempts.repeat(attempt)
    assert refusal.value.kind == "error"


def test_death_without_a_test_to_blame_ends_the_attempts():
    def attempt(beat, excluded):
        os._exit(3)

    with pytest.raises(attempts.Refusal) as refusal:
        attempts.repeat(attempt)
    assert refusal.value.kind == "crash"


def open_descriptors():
    for fd in range(3, 256):
        try:
            os.fstat(fd)
        except OSError:
            continue
        yield fd


def test_an_answer_that_the_work_itself_writes_into_the_pipe_counts_for_nothing():
    forged = channel.encode({"results": {"test": "passed"}})
    ours = set(open_descriptors())

    def work():
        for fd in set(open_descriptors()) - ours:
            os.write(fd, forged)
        return {"results": {"test": "failed"}}, []

    with pytest.raises(supervise.Died, match="wrote into the channel"):
        supervise.apart(supervise.Beat(), work)
