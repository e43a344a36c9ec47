"""A real sshd on loopback as the user of the test run: own keys, own port, own home; nobody's ~/.ssh is read."""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from attrs import define, field

WHERE = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin" + os.pathsep + "/usr/local/sbin"
CODEFLASH = """\
#!/bin/sh
PYTHONPATH= PYTHONUTF8=1 CODEFLASH_STATE_DIR="$HOME/state" exec {python} -m codeflash_cli "$@"
"""


def missing() -> str:
    """Why there can be none; empty when there can."""
    for name in ("sshd", "ssh", "ssh-keygen", "flock", "setsid", "git"):
        if shutil.which(name, path=WHERE) is None:
            return f"{name} is not installed (Debian: openssh-server, openssh-client, util-linux, git)"
    try:
        shell = pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:
        return "the user of the test run is not known to the system, so sshd lets nobody in"
    if Path(shell).name in ("nologin", "false"):
        return "the user of the test run has no shell to log in with"
    if os.getuid() == 0 and not Path("/run/sshd").is_dir():
        with contextlib.suppress(OSError):
            Path("/run/sshd").mkdir(mode=0o755)
        if not Path("/run/sshd").is_dir():
            return "sshd as root wants the folder /run/sshd, which can't be made"
    return ""


def _key(place: Path) -> Path:
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "loopback", "-f", str(place)]
    subprocess.run(words, check=True)
    return place


@define
class Machine:
    """The machine that measures.

    Attributes:
        place: Everything of it.
        port: Where it listens.
    """

    place: Path
    port: int
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def home(self) -> Path:
        """The account's home."""
        return self.place / "home"

    @property
    def config(self) -> Path:
        """Settings of ssh that know it."""
        return self.place / "ssh_config"

    @property
    def key(self) -> Path:
        """The private key that gets in."""
        return self.place / "client"

    @property
    def destination(self) -> str:
        """What people write."""
        return f"{getpass.getuser()}@127.0.0.1:{self.port}"

    @property
    def runner(self) -> Path:
        """The folder of ours there."""
        return self.home / ".codeflash/runner"

    @property
    def jobs(self) -> list[Path]:
        """Folders of jobs there."""
        return sorted((self.runner / "jobs").glob("*"))

    def said(self, name: str = "err") -> str:
        """What the jobs there have said so far."""
        return "".join((job / name).read_text() for job in self.jobs if (job / name).exists())

    def refs(self) -> str:
        """What is left of pushed commits."""
        words = ["git", "-C", None, "for-each-ref"]
        return "".join(
            subprocess.run(
                [*words[:2], str(each), words[3]], capture_output=True, text=True, check=True
            ).stdout
            for each in self.runner.glob("*.git")
        )

    def start(self) -> None:
        """Listen."""
        program = shutil.which("sshd", path=WHERE)
        words = [program, "-D", "-e", "-f", str(self.place / "sshd_config")]
        with (self.place / "sshd.log").open("ab") as log:
            self._server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"sshd did not start: {(self.place / 'sshd.log').read_text()}")
            time.sleep(0.05)

    def cut(self) -> int:
        """Break every connection that is open; gives how many processes served them."""
        assert self._server is not None
        sessions = psutil.Process(self._server.pid).children()
        for each in sessions:
            # Those below it belong to the connection as well where privileges are separated.
            for process in (*_below(each), each):
                with contextlib.suppress(psutil.Error):
                    if "sshd" in process.name():
                        process.kill()
        return len(sessions)

    def vanish(self) -> None:
        """Listen no more, and break every connection."""
        if self._server is None:
            return
        self.cut()
        self._server.kill()
        self._server.wait()
        self._server = None

    def processes(self) -> list[psutil.Process]:
        """Processes of jobs: those that work in the account's home, or name it."""
        found = []
        for each in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = " ".join(each.cmdline())
                there = each.cwd().startswith(str(self.home)) or str(self.runner) in words
                if there and each.status() != psutil.STATUS_ZOMBIE and each.pid != os.getpid():
                    found.append(each)
        return found

    def lose_jobs(self) -> None:
        """End all that runs there, as a machine that is switched off does."""
        for each in self.processes():
            with contextlib.suppress(psutil.Error):
                each.send_signal(signal.SIGKILL)


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.Error:
        return []  # it has ended by itself


def build(folder: Path, python: str = sys.executable) -> Machine:
    """A machine that does not listen yet.

    Args:
        folder: Where everything of it goes.
        python: The interpreter that has codeflash.
    """
    place = Path(tempfile.mkdtemp(prefix="machine-", dir=folder))
    machine = Machine(place, _free_port())
    machine.home.mkdir()
    programs = machine.home / "bin"
    programs.mkdir()
    (programs / "codeflash").write_text(CODEFLASH.format(python=python))
    (programs / "codeflash").chmod(0o755)
    (machine.home / ".codeflash").mkdir()
    (machine.home / ".codeflash/machine.env").write_text(
        f'CODEFLASH="$HOME/bin/codeflash"\nCODEFLASH_PYTHON={python}\n'
    )
    host = _key(place / "host")
    key = _key(machine.key)
    shutil.copy(key.with_suffix(".pub"), place / "authorized_keys")
    (place / "authorized_keys").chmod(0o600)
    (place / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{machine.port}\nHostKey {host}\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nX11Forwarding no\n"
        f"AllowAgentForwarding yes\nAuthorizedKeysFile {place}/authorized_keys\nSetEnv HOME={machine.home}\n"
        "MaxStartups 50\n"
    )
    (place / "known_hosts").write_text(f"[127.0.0.1]:{machine.port} {host.with_suffix('.pub').read_text()}")
    machine.config.write_text(
        f"Host *\n  IdentityFile {key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {place}/known_hosts\n"
        "  GlobalKnownHostsFile none\n"
    )
    return machine


def _free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


@contextlib.contextmanager
def listening(folder: Path):
    """A machine that listens, and is gone afterwards with all that runs on it."""
    machine = build(folder)
    machine.start()
    try:
        yield machine
    finally:
        machine.vanish()
        machine.lose_jobs()
