"""Starts and stops a Postgres for one service, on a Unix socket in the service's data folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import structlog

from codeflash_core.errors import PrerequisiteError
from codeflash_postgres.embedded import leftover
from codeflash_postgres.embedded.binaries import command, program
from codeflash_postgres.embedded.lock import FolderLock, FolderTaken

USER = "codeflash"
_log = structlog.get_logger("codeflash_postgres")
_PAUSE = 1.0
# A socket's address holds 107 bytes, and Postgres adds its file name.
_LONGEST_FOLDER = 80
# Postgres ends when the pipe to its keeper closes: also when the service is killed. The keeper ends with Postgres.
# It asks more than once: the first time, Postgres may not be listening yet.
_KEEPER = """
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
(read -r _ <&3; while kill -INT $server 2>/dev/null; do sleep 1; done) &
reader=$!
exec 3<&-
wait $server
code=$?
kill $reader 2>/dev/null
exit $code
"""
_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "unix_socket_permissions": "0700",
    # Rows of calls that are under way do not wait for the disk: they are there 30 ms later at most.
    "wal_writer_delay": "10ms",
    "log_min_messages": "warning",
    # Statements hold what clients sent: neither slow nor failing ones are written to the log.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


class EmbeddedPostgres:
    """A Postgres of one's own. It blocks: call it outside the event loop.

    Args:
        folder: The data folder; it is made when it is missing.
        options: Server settings that replace the usual ones.
    """

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        self._folder = folder.absolute()
        self._options = {**_OPTIONS, **(options or {})}
        self._keeper: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = FolderLock(self._folder)

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it can be reached; only this user can."""
        return f"postgresql:///postgres?host={quote(str(self._sockets))}&user={USER}"

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return leftover.postmaster(self._cluster) is not None

    def start(self, patience: float = 60.0) -> None:
        """Start it, on first use after making its files, and wait until it answers.

        When it ends by itself later on, it is started again.

        Args:
            patience: Seconds to wait.

        Raises:
            FolderTaken: Another service uses the folder.
            PrerequisiteError: Postgres does not start.
        """
        self._make_folder()
        self._lock.take()
        self._stopping.clear()
        try:
            self._make_cluster()
            self._run(patience)
        except BaseException:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, args=(patience,), daemon=True)
        self._watcher.start()

    def start_or_join(self, patience: float = 60.0) -> None:
        """Start it, or use the one of the service that runs on the folder: for commands beside a service.

        Args:
            patience: Seconds to wait.

        Raises:
            PrerequisiteError: As :meth:`start`.
        """
        until = time.monotonic() + patience
        while True:
            try:
                self.start(patience)
                return
            except FolderTaken:
                # That service may be starting, or ending.
                if self._ready():
                    return
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def stop(self, patience: float = 30.0) -> None:
        """Stop it in good order and give the folder free; harmless when it is somebody else's.

        Args:
            patience: Seconds to wait for it.
        """
        self._stopping.set()
        if self._keeper is not None:
            _close(self._keeper)
            try:
                self._keeper.wait(patience)
            except subprocess.TimeoutExpired:
                leftover.clear(self._cluster, self._sockets)
                self._keeper.wait()
        if self._watcher is not None:
            self._watcher.join()
        self._keeper = self._watcher = None
        if self._lock.held and self._sockets != self._folder:
            shutil.rmtree(self._sockets, ignore_errors=True)
        self._lock.release()

    def _run(self, patience: float) -> None:
        if self._keeper is not None:
            _close(self._keeper)
        leftover.clear(self._cluster, self._sockets)
        self._keeper = self._launch()
        if self._stopping.is_set():
            # Asked to stop while it was being started again.
            _close(self._keeper)
            self._keeper.wait()
            return
        self._wait(self._keeper, patience)

    def _watch(self, patience: float) -> None:
        while self._keeper is not None:
            self._keeper.wait()
            if self._stopping.is_set():
                return
            _log.warning("the embedded Postgres ended and is started again")
            try:
                self._run(patience)
            except PrerequisiteError as problem:
                # Requests are answered with 503 meanwhile.
                _log.error("the embedded Postgres does not start again", reason=problem.message)
                self._stopping.wait(_PAUSE)

    @property
    def _cluster(self) -> Path:
        return self._folder / "postgres"

    @property
    def _log_file(self) -> Path:
        return self._folder / "postgres.log"

    @property
    def _sockets(self) -> Path:
        if len(os.fsencode(self._folder)) <= _LONGEST_FOLDER:
            return self._folder
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"codeflash-{name}"

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._sockets.mkdir(exist_ok=True, mode=0o700)
            # A short folder stands where everybody may write: it must be ours, and ours alone.
            about = self._sockets.lstat()
        except OSError as problem:
            raise PrerequisiteError(
                f"the data folder can't be used: {problem}", "Choose another one with --data."
            ) from problem
        if self._sockets != self._folder and (about.st_uid != os.geteuid() or about.st_mode & 0o077):
            raise PrerequisiteError(
                f"{self._sockets} belongs to somebody else", "Choose a data folder with a shorter path."
            )

    def _make_cluster(self) -> None:
        if self._cluster.exists():
            return
        unfinished = self._folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        arguments = [
            str(program("initdb")),
            f"--pgdata={unfinished}",
            f"--username={USER}",
            # The socket stands in a folder that only this user may enter.
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--no-instructions",
        ]
        done = subprocess.run(command(arguments), capture_output=True, env=_environment(), check=False)
        if done.returncode:
            raise PrerequisiteError(
                "Postgres could not make its files", done.stderr.decode("utf-8", "replace").strip()[-500:]
            )
        unfinished.rename(self._cluster)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {**self._options, "unix_socket_directories": str(self._sockets)}
        server = [str(program("postgres")), "-D", str(self._cluster)]
        for name, value in settings.items():
            server += ["-c", f"{name}={value}"]
        with self._log_file.open("wb") as log:
            return subprocess.Popen(
                command(["/bin/sh", "-c", _KEEPER, "sh", *server]),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=_environment(),
                # Ctrl-C at the terminal is for the service: it settles its calls before Postgres goes.
                start_new_session=True,
            )

    def _wait(self, keeper: subprocess.Popen[bytes], patience: float) -> None:
        until = time.monotonic() + patience
        while keeper.poll() is None and time.monotonic() < until:
            if self._ready():
                return
            time.sleep(0.01)
        detail = self._log_file.read_text("utf-8", "replace").strip()[-500:]
        raise PrerequisiteError(
            "the embedded Postgres does not start", detail or f"Its log is {self._log_file}."
        )

    def _ready(self) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"


def _close(keeper: subprocess.Popen[bytes]) -> None:
    """Tell a keeper to end its Postgres."""
    assert keeper.stdin is not None
    keeper.stdin.close()


def _environment() -> dict[str, str]:
    """Neither secrets nor ``PG*`` variables, and messages in one language."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
