import os
import subprocess
import sys
import threading
import time

import pytest
from attrs import define, field

from codeflash_core.sandbox import Limits, watch
from codeflash_core.sandbox.watch import Usage, Watcher, descendants, measure, passed


@define(eq=False)
class Group:
    used: Usage = field(factory=Usage)
    limits: Limits = field(factory=lambda: Limits(10, 10, 1000, 10))
    started: float = field(factory=time.monotonic)
    scratch: object = os.curdir
    stopped: threading.Event = field(factory=threading.Event)
    breach: str = ""

    def usage(self) -> Usage:
        return self.used

    def stop(self, breach: str) -> None:
        self.breach = breach
        self.stopped.set()


@pytest.fixture
def family():
    """A process with two children, one of which has one."""
    code = """
import subprocess, sys
leaf = [sys.executable, "-c", "print(flush=True); input()"]
inner = [sys.executable, "-c", f"import subprocess; subprocess.run({leaf!r})"]
children = [subprocess.Popen(one, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for one in (leaf, inner)]
for child in children:
    child.stdout.readline()
print("ready", flush=True)
input()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield process.pid
    os.killpg(process.pid, 9)
    process.communicate()


@pytest.mark.parametrize(
    ("used", "breach"),
    [
        (Usage(10, 1000, 10.0), None),
        (Usage(11, 0, 0.0), "processes"),
        (Usage(1, 1001, 0.0), "memory"),
        (Usage(1, 0, 10.1), "cpu"),
    ],
)
def test_each_limit_is_named_when_passed_and_not_before(used, breach):
    assert passed(Group(used), check_disk=False) == breach


def test_the_wall_clock_is_looked_at_first():
    assert passed(Group(Usage(99, 9999, 99.0), started=time.monotonic() - 11), check_disk=False) == "wall"


def test_a_nearly_full_disk_is_named(monkeypatch):
    class Disk:
        total, free = 100 << 30, 1 << 20

    monkeypatch.setattr(watch.shutil, "disk_usage", lambda path: Disk)
    assert passed(Group(), check_disk=True) == "disk"
    assert passed(Group(), check_disk=False) is None


def test_a_small_disk_is_not_taken_for_a_full_one(monkeypatch):
    class Disk:
        total, free = 100 << 20, 50 << 20

    monkeypatch.setattr(watch.shutil, "disk_usage", lambda path: Disk)
    assert passed(Group(), check_disk=True) is None


def test_a_vanished_scratch_folder_is_no_full_disk(tmp_path):
    assert passed(Group(scratch=tmp_path / "gone"), check_disk=True) is None


def test_the_watcher_stops_the_group_that_passed_and_no_other():
    watcher, good, bad = Watcher(), Group(), Group(Usage(processes=99))
    watcher.add(good)
    watcher.add(bad)
    assert bad.stopped.wait(20)
    assert bad.breach == "processes"
    assert not good.stopped.is_set()
    watcher.discard(bad)
    watcher.discard(good)


@pytest.mark.parametrize("portable", [False, True])
def test_a_family_is_added_up(family, monkeypatch, portable):
    if portable:
        monkeypatch.setattr(watch, "_children_listed", lambda root: False)
    with_root, without = measure(family, Limits(), itself=True), measure(family, Limits(), itself=False)
    assert (with_root.processes, without.processes) == (4, 3)
    assert with_root.resident_bytes > without.resident_bytes > 3_000_000
    assert 0 < without.cpu_seconds <= measure(family, Limits(), itself=True).cpu_seconds
    assert len(descendants(family)) == 3


def test_counting_stops_once_there_are_too_many(family):
    assert measure(family, Limits(processes=2), itself=True) == Usage(processes=3)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_shared_pages_are_told_apart_when_the_simple_sum_is_too_large(family):
    simple = measure(family, Limits(), itself=True).resident_bytes
    assert 0 < measure(family, Limits(memory_bytes=1), itself=True).resident_bytes < simple


@pytest.mark.parametrize("portable", [False, True])
def test_a_process_that_is_gone_uses_nothing(monkeypatch, portable):
    if portable:
        monkeypatch.setattr(watch, "_children_listed", lambda root: False)
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert measure(process.pid, Limits(), itself=True).resident_bytes == 0
    assert descendants(process.pid) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_processor_time_of_children_that_ended_is_kept():
    burn = "x = sum(i * i for i in range(3_000_000))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); print(flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    seen = measure(process.pid, Limits(), itself=True).cpu_seconds
    own = time.clock_gettime((~process.pid << 3) | 2)
    process.communicate(b"\n")
    assert seen > own + 0.05
