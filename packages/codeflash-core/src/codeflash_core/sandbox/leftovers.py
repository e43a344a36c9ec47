"""Scratch folders of runs, and the removal of those whose run was killed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from codeflash_core.errors import StageError
from codeflash_core.sandbox.tree import remove

_FOLDER = "scratch"
_GROUPS = "groups"


@contextlib.contextmanager
def scratch(state_dir: Path) -> Iterator[Path]:
    """Make a private folder for one run below the state folder and remove it at the end.

    A lock file beside it is held as long as the run lives; the kernel lets go of it however the run ends.

    Raises:
        StageError: The state folder is not writable.
    """
    folder = state_dir / _FOLDER / f"{os.getpid()}-{secrets.token_hex(4)}"
    lock = _lock_of(folder)
    held = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # The lock before the folder, so that no sweep ever sees a folder of a living run unlocked.
        held = _hold(lock)
        folder.mkdir(mode=0o700)
    except OSError as error:
        _let_go(lock, held)
        raise StageError(
            "sandbox",
            f"No scratch folder can be made in {state_dir}: {error}",
            "Point CODEFLASH_STATE_DIR to a folder that can be written.",
        ) from error
    try:
        yield folder
    finally:
        remove(folder)
        _let_go(lock, held)


def sweep(state_dir: Path) -> tuple[Path, ...]:
    """Remove the scratch folders, and end the processes, of runs that are no longer alive.

    Returns:
        The folders that were removed.
    """
    swept = []
    for folder in sorted((state_dir / _FOLDER).glob("*")):
        lock = _lock_of(folder)
        if not folder.is_dir() or folder.is_symlink() or _owned(lock):
            continue
        _end_groups(folder)
        _end_unborn(folder)
        remove(folder)
        swept.append(folder)
        with contextlib.suppress(OSError):
            lock.unlink()
    for lock in (state_dir / _FOLDER).glob("*.lock"):
        # Of a run that was killed before it had a folder; a living one holds its lock.
        if not lock.with_suffix("").exists() and not _owned(lock):
            with contextlib.suppress(OSError):
                lock.unlink()
    return tuple(swept)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _hold(lock: Path) -> int:
    """Create and lock a file that names this process, for where locks do not work."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    with contextlib.suppress(OSError):
        _flock(handle)
    try:
        os.write(handle, json.dumps(_identity(os.getpid())).encode())
    except OSError:
        _let_go(lock, handle)
        raise
    return handle


def _let_go(lock: Path, handle: int | None) -> None:
    if handle is not None:
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(handle)


def _flock(handle: int) -> None:
    """Lock without waiting.

    Raises:
        BlockingIOError: Another run holds it.
        OSError: Locks do not work here.
    """
    try:
        import fcntl
    except ImportError as error:
        raise OSError("no flock(2)") from error
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _owned(lock: Path) -> bool:
    """Whether the run behind a lock file is alive, in another container that shares this folder too."""
    try:
        handle = os.open(lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        _flock(handle)
    except BlockingIOError:
        return True
    except OSError:
        return _alive(_read(lock))
    finally:
        os.close(handle)
    return False


def note_group(folder: Path, pid: int) -> None:
    """Remember a process group that nothing else would end if the engine were killed."""
    groups = folder / _GROUPS
    groups.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        _write(groups / f"{pid}.json", _identity(pid))


def _identity(pid: int) -> dict[str, float]:
    """A process by number and start time, since numbers are used again."""
    return {"pid": pid, "started": _started(pid) or 0.0}


def _started(pid: int) -> float | None:
    """When a process began; None when there is none.

    On Linux in clock ticks since boot: the same figure in seconds would move with the wall clock.
    """
    if sys.platform.startswith("linux"):
        try:
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return None
        return None if fields[0] in (b"Z", b"X") else float(fields[19])
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def _write(path: Path, identity: dict[str, float]) -> None:
    path.write_text(json.dumps(identity), encoding="utf-8")


def _read(path: Path) -> dict[str, float] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {"pid": int(content["pid"]), "started": float(content["started"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _alive(identity: dict[str, float] | None) -> bool:
    return identity is not None and _started(int(identity["pid"])) == identity["started"]


def _end_groups(folder: Path) -> None:
    """End the groups that a run without bubblewrap left running."""
    for record in sorted((folder / _GROUPS).glob("*.json")):
        identity = _read(record)
        if identity is None or not _alive(identity) or identity["pid"] <= 1:
            continue
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                os.kill(int(identity["pid"]), signal.SIGTERM)
            else:
                os.killpg(int(identity["pid"]), signal.SIGKILL)


def _end_unborn(folder: Path) -> None:
    """End sandboxes whose engine was killed in the instant before they were told to go on.

    Until then bubblewrap's second process waits for the first and is not yet bound to its life.
    """
    mark = f"{folder}{os.sep}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"--info-fd" in words[:2] and any(word.startswith(mark) for word in words):
                os.kill(int(process.name), signal.SIGKILL)
