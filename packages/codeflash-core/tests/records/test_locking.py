"""One at a time."""

import threading

import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.locking import locked


def test_who_waits_too_long_is_told(tmp_path):
    with (
        locked(tmp_path / "lock"),
        pytest.raises(UsageError, match="held by another process"),
        locked(tmp_path / "lock", wait_seconds=0),
    ):
        pass


def test_the_lock_is_free_after_an_error(tmp_path):
    with pytest.raises(RuntimeError), locked(tmp_path / "lock"):
        raise RuntimeError
    with locked(tmp_path / "lock", wait_seconds=0):
        pass


def test_threads_take_turns(tmp_path):
    inside, most = [], []

    def work():
        for _ in range(50):
            with locked(tmp_path / "lock"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 200
    assert set(most) == {1}


def test_a_place_that_can_not_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StageError, match="can't write"), locked(tmp_path / "file" / "lock"):
        pass
