import os
import signal
import subprocess
import sys

import pytest

from codeflash_core.sandbox import cgroup
from codeflash_core.sandbox.cgroup import Group, Groups, find

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="groups of Linux")


@pytest.fixture
def groups():
    found = find()
    if found is None:
        pytest.skip("no group can be made here")
    return found


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_no_more_processes_than_allowed_can_live_in_a_group(groups):
    group = groups.make(5)
    assert group is not None
    code = """
import os, time
made = 0
for _ in range(20):
    try:
        if os.fork() == 0:
            os.close(1)
            time.sleep(60)
            os._exit(0)
        made += 1
    except BlockingIOError:
        break
print(made)
"""
    done = subprocess.run(
        [*group.joining(), sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
    )
    assert int(done.stdout) == 4
    assert len((group.folder / "cgroup.procs").read_text().split()) == 4
    assert group.refused()
    group.remove()
    assert not group.folder.exists()


def test_a_command_that_cannot_join_does_not_begin(tmp_path):
    missing = Group(tmp_path / "gone")
    done = subprocess.run([*missing.joining(), "echo", "begun"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (126, "")


def test_a_group_that_never_held_too_many_refused_nobody(groups):
    group = groups.make(5)
    assert group is not None
    subprocess.run([*group.joining(), "true"], check=True)
    assert not group.refused()
    group.remove()
    assert not group.refused()


@pytest.mark.parametrize(
    ("events", "refused"), [("max 0\n", False), ("max 3\n", True), ("", False), ("other 1\nmax 0\n", False)]
)
def test_whether_the_kernel_refused_stands_in_the_group_s_events(tmp_path, events, refused):
    (tmp_path / "pids.events").write_text(events)
    assert Group(tmp_path).refused() is refused


def test_two_groups_of_one_engine_have_two_names(groups):
    first, second = groups.make(5), groups.make(5)
    assert first is not None and second is not None
    assert first.folder != second.folder
    first.remove()
    second.remove()


def test_a_group_that_is_gone_is_removed_again_without_a_word(groups):
    group = groups.make(5)
    assert group is not None
    group.remove()
    group.remove()


def test_groups_of_killed_engines_are_swept_and_those_of_the_living_stay(groups):
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = Group(groups.place / f"codeflash-{dead.pid}-1")
    left.folder.mkdir()
    survivor = subprocess.Popen([*left.joining(), "sleep", "60"])
    while str(survivor.pid) not in (left.folder / "cgroup.procs").read_text().split():
        assert survivor.poll() is None
    own = groups.make(5)
    assert own is not None
    groups.sweep()
    assert not left.folder.exists()
    assert survivor.wait() == -signal.SIGKILL
    assert own.folder.exists()
    own.remove()


def test_where_the_kernel_refuses_there_is_no_group(tmp_path):
    assert Groups(tmp_path / "missing").make(5) is None


def test_members_of_other_namespaces_are_let_be(tmp_path, monkeypatch):
    """cgroup.procs lists them as 0, which to kill(2) is the caller's own process group."""
    killed = []
    monkeypatch.setattr(cgroup, "_GONE_SECONDS", 0.05)
    monkeypatch.setattr(cgroup.os, "kill", lambda pid, signal: killed.append(pid))
    (tmp_path / "cgroup.procs").write_text("0\n41\n")
    Group(tmp_path).remove()
    assert set(killed) == {41}


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize(
    ("lines", "holder", "passed_on", "found"),
    [
        ("8:pids:/mine\n", "pids/mine", None, "pids/mine"),
        ("4:memory:/mine\n9:cpu,pids:/\n", "pids", None, "pids"),
        ("0::/user.slice/shell.scope\n", "user.slice", "cpu pids", "user.slice"),
        ("0::/user.slice/shell.scope\n", "user.slice", "cpu", None),
        ("4:memory:/mine\n", "pids", None, None),
        ("nonsense\n", "pids", None, None),
    ],
)
def test_the_place_follows_from_the_process_s_own_groups(tmp_path, lines, holder, passed_on, found):
    own = tmp_path / "own"
    own.write_text(lines)
    place = tmp_path / "mounts" / holder
    place.mkdir(parents=True)
    (place / "cgroup.procs").touch()
    if passed_on is not None:
        (place / "cgroup.subtree_control").write_text(passed_on)
    groups = find(tmp_path / "mounts", own)
    assert (groups and groups.place) == (None if found is None else tmp_path / "mounts" / found)


@pytest.mark.usefixtures("as_root")
def test_no_place_is_sought_without_a_list_of_groups(tmp_path):
    assert find(tmp_path, tmp_path / "none") is None


def test_a_plain_user_needs_no_group(monkeypatch):
    monkeypatch.setattr(cgroup.os, "geteuid", lambda: 1000)
    assert find() is None
