import errno
import json
import os
import subprocess
import sys

import psutil
import pytest

from codeflash_core.errors import StageError
from codeflash_core.sandbox import Mode, detect, leftovers
from codeflash_core.sandbox.leftovers import note_group, scratch, sweep


@pytest.fixture
def ended():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def abandoned(state_dir, identity):
    folder = state_dir / "scratch" / "1-abandoned"
    (folder / "base").mkdir(parents=True)
    (folder / "base/file").write_text("x")
    if identity is not None:
        folder.with_name(f"{folder.name}.lock").write_text(identity)
    return folder


def test_a_scratch_folder_is_private_and_goes_with_its_run(tmp_path):
    with scratch(tmp_path) as folder:
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "base").mkdir()
        (folder / "base/read only").mkdir(mode=0o555)
    assert not folder.exists()


def test_a_scratch_folder_goes_when_the_run_fails(tmp_path):
    with pytest.raises(ValueError, match="boom"), scratch(tmp_path) as folder:
        raise ValueError("boom")
    assert not folder.exists()


def test_two_runs_of_one_process_have_folders_of_their_own(tmp_path):
    with scratch(tmp_path) as one, scratch(tmp_path) as other:
        assert one != other


@pytest.fixture(params=["locks", "no locks"])
def with_and_without_locks(request, monkeypatch):
    """Some file systems know no locks: then the number and the start of the process tell."""
    if request.param == "no locks":

        def refuse(handle: int) -> None:
            raise OSError(errno.ENOLCK, "no locks")

        monkeypatch.setattr(leftovers, "_flock", refuse)


@pytest.mark.usefixtures("with_and_without_locks")
def test_the_folder_of_a_living_run_is_not_swept(tmp_path):
    with scratch(tmp_path) as folder:
        assert sweep(tmp_path) == ()
        assert folder.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_run_whose_number_means_nothing_here_is_alive_while_it_holds_its_lock(tmp_path, ended):
    with scratch(tmp_path) as folder:
        folder.with_name(f"{folder.name}.lock").write_text(json.dumps({"pid": ended, "started": 1.0}))
        assert sweep(tmp_path) == ()


def test_a_folder_that_is_just_being_made_is_not_swept(tmp_path, monkeypatch):
    real = leftovers._hold

    def hold_and_sweep(lock):
        held = real(lock)
        lock.with_suffix("").mkdir()
        assert sweep(tmp_path) == ()
        lock.with_suffix("").rmdir()
        return held

    monkeypatch.setattr(leftovers, "_hold", hold_and_sweep)
    with scratch(tmp_path) as folder:
        assert folder.exists()


@pytest.mark.usefixtures("with_and_without_locks")
def test_the_folder_of_a_dead_run_is_swept(tmp_path, ended):
    folder = abandoned(tmp_path, json.dumps({"pid": ended, "started": 1.0}))
    (folder / "base").chmod(0o555)
    assert sweep(tmp_path) == (folder,)
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.usefixtures("with_and_without_locks")
def test_a_number_that_was_given_to_another_process_does_not_protect_a_folder(tmp_path):
    folder = abandoned(tmp_path, json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert sweep(tmp_path) == (folder,)


@pytest.mark.usefixtures("with_and_without_locks")
@pytest.mark.parametrize("identity", [None, "", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_folder_without_a_readable_owner_is_swept(tmp_path, identity):
    folder = abandoned(tmp_path, identity)
    assert sweep(tmp_path) == (folder,)


def test_a_link_among_the_folders_is_not_followed(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch/link").symlink_to(kept)
    assert sweep(tmp_path) == ()
    assert kept.exists()


def test_sweeping_where_nothing_ever_ran_does_nothing(tmp_path):
    assert sweep(tmp_path / "missing") == ()


@pytest.mark.usefixtures("with_and_without_locks")
def test_the_lock_of_a_run_that_was_killed_before_it_had_a_folder_is_swept(tmp_path):
    lock = tmp_path / "scratch" / "1-unborn.lock"
    lock.parent.mkdir()
    lock.write_text("")
    with scratch(tmp_path) as living:
        assert sweep(tmp_path) == ()
        assert not lock.exists()
        assert living.with_name(f"{living.name}.lock").exists()


def test_a_full_disk_leaves_no_lock(tmp_path, monkeypatch):
    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(leftovers.os, "write", full)
    with pytest.raises(StageError, match="No space left"), scratch(tmp_path):
        pass
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StageError, match="No scratch folder") as raised, scratch(tmp_path / "file"):
        pytest.fail("entered")
    assert "CODEFLASH_STATE_DIR" in raised.value.hint


def test_what_a_dead_run_left_running_is_ended(tmp_path, ended):
    folder = abandoned(tmp_path, json.dumps({"pid": ended, "started": 1.0}))
    survivor = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    try:
        note_group(folder, survivor.pid)
        sweep(tmp_path)
        assert survivor.wait(timeout=20) != 0
    finally:
        survivor.kill()
        survivor.wait()


def test_a_process_that_took_over_a_noted_number_is_let_be(tmp_path, ended):
    folder = abandoned(tmp_path, json.dumps({"pid": ended, "started": 1.0}))
    stranger = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        note_group(folder, stranger.pid)
        record = folder / "groups" / f"{stranger.pid}.json"
        record.write_text(json.dumps({"pid": stranger.pid, "started": 1.0}))
        sweep(tmp_path)
        assert psutil.Process(stranger.pid).status() != psutil.STATUS_ZOMBIE
        stranger.communicate(b"\n")
        assert stranger.returncode == 0
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(not detect(Mode.AUTO).confined, reason="bubblewrap does not work here")
def test_a_sandbox_that_was_never_told_to_go_on_is_ended_and_no_other(tmp_path, ended):
    folder = abandoned(tmp_path, json.dumps({"pid": ended, "started": 1.0}))
    bwrap = detect(Mode.AUTO).bwrap
    assert bwrap is not None

    def blocked(copy) -> subprocess.Popen[bytes]:
        """One that waits for its start, as when its engine was killed in between."""
        never, _ = os.pipe()
        told, telling = os.pipe()
        argv = [bwrap, "--info-fd", str(telling), "--block-fd", str(never), "--ro-bind", "/", "/", "--bind"]
        process = subprocess.Popen([*argv, str(copy), "/mnt", "true"], pass_fds=(never, telling))
        os.read(told, 1)
        return process

    dead, alive = blocked(folder / "base"), blocked(tmp_path)
    try:
        assert sweep(tmp_path) == (folder,)
        assert dead.wait(timeout=20) != 0
        assert alive.poll() is None
    finally:
        for process in (dead, alive):
            for child in psutil.Process(process.pid).children() if process.poll() is None else []:
                child.kill()
            process.kill()
            process.wait()
