"""Starts foreign code, confined as well as this machine can."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.sandbox import cgroup, mounts
from codeflash_core.sandbox.leftovers import note_group
from codeflash_core.sandbox.policy import Confinement, Limits
from codeflash_core.sandbox.process import Process
from codeflash_core.sandbox.starter import Child, start
from codeflash_core.sandbox.tree import Tree
from codeflash_core.sandbox.watch import Watcher

_SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
_OPEN_FILES = 4096
# A burst of forks between two looks of the watcher stays below this multiple of the allowed number.
# Threads count too, so it must leave room for the pools of numeric libraries.
_BURST = 16

# One shell line before the program, some 1 ms: works for any interpreter, without code between fork
# and exec in the engine. ulimit's units are POSIX's: seconds, KiB (-v), 512-byte blocks (-f).
# The number of processes is `-u` in most shells and `-p` in dash.
_LIMIT_SCRIPT = (
    'ulimit -c 0; ulimit -S -t "$1"; ulimit -H -t "$2"; [ "$3" = 0 ] || ulimit -v "$3" 2>/dev/null; ulimit -f "$4"; '
    'ulimit -n "$5" 2>/dev/null; '
    '[ "$6" = 0 ] || ulimit -u "$6" 2>/dev/null || ulimit -p "$6" 2>/dev/null; shift 6; exec "$@"'
)


class Sandbox:
    """Starts processes under one confinement, with one scratch folder."""

    def __init__(self, confinement: Confinement, scratch: Path) -> None:
        """Prepare a sandbox.

        Args:
            confinement: What ``detect`` found.
            scratch: A folder of this run, for stand-ins, homes and temporary files.
        """
        self.confinement = confinement
        self.scratch = scratch
        self._watcher = _watcher()
        self._etc: Path | None = None
        self._count = 0

    async def start(
        self,
        argv: Sequence[str],
        *,
        tree: Tree,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        read_only: Sequence[tuple[Path, Path]] = (),
        writable: Sequence[tuple[Path, Path]] = (),
        interpreter_prefixes: Sequence[Path] = (),
    ) -> Process:
        """Start a program that sees the tree, the system, its interpreter, and nothing else.

        Args:
            argv: The command; its first word is an absolute path, or a name on the sandbox's PATH.
            tree: The private copy it works on.
            cwd: Its working folder as it sees it; the tree's root by default. A folder of the project is
                translated where the copy stands elsewhere.
            env: Variables to let through; all others are absent.
            limits: What its whole group may use.
            read_only: More host paths and where they appear (in copy mode they are used where they are).
            writable: The same for folders that it may write to.
            interpreter_prefixes: The target's ``sys.prefix``, ``sys.base_prefix`` and folders of its
                ``sys.path`` that lie elsewhere; each is shown read-only where it is.

        Raises:
            PrerequisiteError: The program, or bubblewrap, cannot be started.
        """
        limits = limits or Limits()
        confined = self.confinement.confined
        folder = _seen(cwd, tree)
        variables = self._environment(interpreter_prefixes, env or {})
        command = _limited(argv, limits, confined=confined)
        if confined:
            programs = [Path(argv[0])] if Path(argv[0]).is_absolute() else []
            command = [
                *mounts.arguments(
                    self.confinement,
                    tree,
                    etc=self._stand_ins(),
                    cwd=folder,
                    limits=limits,
                    read_only=read_only,
                    writable=writable,
                    prefixes=interpreter_prefixes,
                    programs=programs,
                ),
                *command,
            ]
        elif not folder.is_dir():
            raise StageError("sandbox", f"{folder} is not a folder of the project")
        where = None if confined else folder
        started = start(command, env=variables, cwd=where, confined=confined, group=_group(limits))
        child = await _arrival(started, command[0])
        if not confined:
            note_group(self.scratch, child.popen.pid)
        process = Process(child, limits, self.scratch, self._watcher, confined=confined)
        await process._attach()
        return process

    def _environment(self, prefixes: Sequence[Path], extra: Mapping[str, str]) -> dict[str, str]:
        """Build the whole environment.

        bubblewrap itself gets no more than this either: its own environment can be read from inside
        through /proc/1, and its arguments by anybody.
        """
        bins = [str(prefix / "bin") for prefix in prefixes if (prefix / "bin").is_dir()]
        base = {"LANG": "C.UTF-8"}
        if self.confinement.confined:
            base |= {"PATH": os.pathsep.join([*bins, *_SYSTEM_PATH]), "HOME": mounts.HOME, "TMPDIR": "/tmp"}
            return base | dict(extra)
        self._count += 1
        private = self.scratch / "private" / str(self._count)
        for name in ("home", "tmp"):
            (private / name).mkdir(parents=True, exist_ok=True)
        path = (
            os.environ.get("PATH", "") if sys.platform == "win32" else os.pathsep.join([*bins, *_SYSTEM_PATH])
        )
        base |= {"PATH": path, "HOME": str(private / "home"), "TMPDIR": str(private / "tmp")}
        if sys.platform == "win32":
            base |= {
                "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
                "TEMP": base["TMPDIR"],
                "TMP": base["TMPDIR"],
            }
        return base | dict(extra)

    def _stand_ins(self) -> Path:
        """Write the files of /etc that name the user and the host, without naming anybody."""
        if self._etc is None:
            etc = self.scratch / "etc"
            etc.mkdir(parents=True, exist_ok=True)
            uid, gid = os.getuid(), os.getgid()
            files = {
                "passwd": f"sandbox:x:{uid}:{gid}:sandbox:{mounts.HOME}:/bin/sh\n",
                "group": f"sandbox:x:{gid}:\n",
                "hosts": "127.0.0.1 localhost\n::1 localhost\n",
                "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
            }
            if self.confinement.network:
                files["nsswitch.conf"] = files["nsswitch.conf"].replace("hosts: files", "hosts: files dns")
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    files["hosts"] = Path("/etc/hosts").read_text(encoding="utf-8")
            for name, content in files.items():
                (etc / name).write_text(content, encoding="utf-8")
            self._etc = etc
        return self._etc


def _group(limits: Limits) -> cgroup.Group | None:
    groups = _groups(os.getpid())
    return groups.make(limits.processes * _BURST) if groups else None


@functools.cache
def _groups(engine: int) -> cgroup.Groups | None:
    """Where this engine makes groups; a forked one looks again."""
    return cgroup.find()


_watchers: dict[int, Watcher] = {}


def _watcher() -> Watcher:
    """The engine's one watcher; another process gets its own."""
    return _watchers.setdefault(os.getpid(), Watcher())


def _seen(cwd: Path | None, tree: Tree) -> Path:
    if cwd is None:
        return tree.shown_at
    if tree.shown_at != tree.project and cwd.is_relative_to(tree.project):
        return tree.shown_at / cwd.relative_to(tree.project)
    return cwd


def _limited(argv: Sequence[str], limits: Limits, *, confined: bool) -> list[str]:
    """Put the kernel's limits before a command."""
    if sys.platform == "win32":
        return list(argv)
    cpu = max(1, round(limits.cpu_seconds + 0.5))
    # Elsewhere than in a user namespace of its own the number counts all that the user runs.
    burst = limits.processes * _BURST if confined else 0
    space = limits.memory_bytes // 1024 if limits.address_space else 0
    numbers = (cpu, cpu + 1, space, limits.file_bytes // 512, _OPEN_FILES, burst)
    limited = ["/bin/sh", "-c", _LIMIT_SCRIPT, "sh", *map(str, numbers), *argv]
    setpriv = None if confined else shutil.which("setpriv")
    # Without a sandbox this is the most that ties a process to the engine's life.
    return [setpriv, "--pdeathsig", "KILL", "--", *limited] if setpriv else limited


async def _arrival(started: Future[Child], program: str) -> Child:
    """Wait for the starting thread; a start that nobody waits for any more is undone."""
    try:
        child = await asyncio.shield(asyncio.wrap_future(started))
    except asyncio.CancelledError:
        started.add_done_callback(_undo)
        raise
    except OSError as error:
        raise PrerequisiteError(f"{program} could not be started: {error}") from error
    return child


def _undo(started: Future[Child]) -> None:
    if started.cancelled() or started.exception() is not None:
        return
    child = started.result()
    child.kill()
    child.popen.wait()
    child.await_namespace()
    child.leave_group()
    for pipe in (child.popen.stdin, child.popen.stdout, child.popen.stderr):
        if pipe is not None:
            pipe.close()
