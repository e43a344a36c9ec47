import os
import threading

import pytest

from codeflash_worker import cores
from codeflash_worker.cores import kept_on

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")


def test_a_thread_is_kept_on_a_core_and_set_free_again():
    before = os.sched_getaffinity(0)
    for core in before:
        with kept_on(core):
            assert os.sched_getaffinity(0) == {core}
        assert os.sched_getaffinity(0) == before


def test_it_is_set_free_when_the_timed_call_raises():
    before = os.sched_getaffinity(0)
    with pytest.raises(ZeroDivisionError), kept_on(min(before)):
        raise ZeroDivisionError
    assert os.sched_getaffinity(0) == before


def test_other_threads_stay_where_they_may_be():
    before, held, seen = os.sched_getaffinity(0), threading.Event(), []
    other = threading.Thread(target=lambda: (held.wait(10), seen.append(os.sched_getaffinity(0))))
    other.start()
    with kept_on(min(before)):
        held.set()
        other.join(10)
    assert seen == [before]


@pytest.mark.parametrize("core", [None, -1, 100_000, 2**40])
def test_a_core_that_is_not_there_changes_nothing(core):
    before = os.sched_getaffinity(0)
    with kept_on(core):
        assert os.sched_getaffinity(0) == before


def test_a_system_without_affinity_runs_anywhere(monkeypatch):
    monkeypatch.setattr(cores, "_keep", None)
    with kept_on(0):
        pass
