"""Second opinions in the background. A job is a folder; where it stands is read from what lies in it.

`job.json` says what was asked and is written first; `lock` is locked for as long as one of the job's processes lives;
`result.json`, `cancelled` and `failure.txt` are how it ended, and the first of them that is there counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from program import Unavailable, state_folder

SCHEMA = 1
GRACE = 5.0
ENTRY = Path(__file__).resolve().parent / "second_opinion.py"


class NoJob(Exception):
    """There is no such job, or it has no result."""


class Job(NamedTuple):
    """One job.

    Attributes:
        id: Its name, which sorts by time.
        folder: Where it lies.
    """

    id: str
    folder: Path

    @property
    def asked(self) -> dict:
        """What it was asked."""
        return json.loads((self.folder / "job.json").read_text(encoding="utf-8"))

    @property
    def state(self) -> str:
        """``done``, ``failed``, ``cancelled``, ``running``, or ``dead`` when it ended without a word."""
        ends = (("result.json", "done"), ("cancelled", "cancelled"), ("failure.txt", "failed"))
        running = _locked(self.folder / "lock")  # looked at first: what ends in between has left its file
        found = next((state for name, state in ends if (self.folder / name).exists()), "")
        return found or ("running" if running else "dead")

    @property
    def detail(self) -> str:
        """What there is to say about its state."""
        path = self.folder / "failure.txt"
        return path.read_text(encoding="utf-8").strip() if self.state == "failed" else ""


def _folder(root: Path) -> Path:
    name = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_folder() / "jobs" / name


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _locked(path: Path) -> bool:
    """Tell whether a process of the job lives."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def start(root: Path, words: list[str]) -> Job:
    """Begin a review in a session of its own, which outlives its parent.

    Args:
        root: The repository.
        words: Arguments of `review`.

    Raises:
        Unavailable: This system has no process groups.
    """
    if os.name != "posix":
        raise Unavailable("background jobs need a POSIX system; `review` works in the foreground")
    import fcntl

    name = time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + "-" + secrets.token_hex(2)
    job = Job(name, _folder(root) / name)
    job.folder.mkdir(parents=True)
    lock = os.open(job.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with (job.folder / "log.txt").open("wb") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    str(ENTRY),
                    "work",
                    "--folder",
                    str(job.folder),
                    "--lock",
                    str(lock),
                    *words,
                ],
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
            )
        process.returncode = 0  # it is not ours to wait for
        about = {"schema": SCHEMA, "id": name, "root": str(root), "words": words, "group": process.pid}
        write(job.folder / "job.json", json.dumps(about))
    finally:
        os.close(lock)
    return job


def every(root: Path) -> list[Job]:
    """List the jobs of a repository, oldest first."""
    return [Job(path.parent.name, path.parent) for path in sorted(_folder(root).glob("*/job.json"))]


def find(root: Path, name: str) -> Job:
    """Return the job of this name, or the newest.

    Raises:
        NoJob: There is none.
    """
    jobs = [job for job in every(root) if name in ("", job.id)]
    if not jobs:
        raise NoJob(f"no job {name}" if name else "no job was started here")
    return jobs[-1]


def result(job: Job) -> dict:
    """Return the opinion.

    Raises:
        NoJob: The job has not come to one.
    """
    if job.state != "done":
        raise NoJob(f"job {job.id} is {job.state}" + (f": {job.detail}" if job.detail else ""))
    return json.loads((job.folder / "result.json").read_text(encoding="utf-8"))


def _descendants(leader: int) -> Iterator[int]:
    """Yield the processes below ``leader``, also those that left its group; nothing where /proc is missing."""
    children: dict = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    waiting = [leader]
    while waiting:
        found = children.get(waiting.pop(), [])
        waiting += found
        yield from found


def _signal(group: int, others: list[int], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
    for process in others:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


def cancel(job: Job) -> str:
    """End every process of a job; return the state it is in then."""
    if job.state != "running":
        return job.state
    group = job.asked["group"]
    others = list(_descendants(group))
    write(job.folder / "cancelled", "")
    # While the lock is held a process of the group lives, so its number cannot be a stranger's.
    _signal(group, others, signal.SIGTERM)
    ends = time.monotonic() + GRACE
    while _locked(job.folder / "lock") and time.monotonic() < ends:
        time.sleep(0.05)
    _signal(group, others, signal.SIGKILL)
    while _locked(job.folder / "lock"):
        time.sleep(0.05)
    return job.state
