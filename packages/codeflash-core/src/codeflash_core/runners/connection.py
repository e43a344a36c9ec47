"""Runs shell scripts on another machine with the program ``ssh``: its settings, its agent, its known hosts; never a password."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import CodeflashError, PrerequisiteError, StageError
from codeflash_core.runners.destination import Destination

CONFIG_VARIABLE = "CODEFLASH_SSH_CONFIG"
"""Names a file of settings for ssh that is read instead of the usual ones."""
OPTIONS = (
    "BatchMode=yes",
    "ConnectTimeout=15",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=3",
    "LogLevel=ERROR",
    "RemoteCommand=none",
    "RequestTTY=no",
    "ClearAllForwardings=yes",
)
LOST = 255
"""What ssh ends with when the connection fails; no script of ours does."""
MOST_BYTES = 256 * 1024 * 1024
"""Largest answer that is taken."""
_BEGIN = b"== codeflash begins =="
"""Stands before what a script says: a shell's own settings may have said something before."""
_CHUNK = 1 << 16
_LAST_WORDS = 8192


class ConnectionLost(StageError):
    """The connection can't be made, or broke: it is worth another try."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__("connect", message, hint)


@frozen
class Said:
    """What a script said.

    Attributes:
        code: Its exit status.
        out: Standard output.
        err: Standard error as text.
    """

    code: int
    out: bytes
    err: str

    @property
    def why(self) -> str:
        """The last line of the complaint."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit status {self.code}"


@frozen
class Connection:
    """How a machine is reached; every script has a connection of its own.

    Attributes:
        destination: The machine.
        config: Settings of ssh that are read instead of the usual ones, or None.
    """

    destination: Destination
    config: Path | None = None

    def words(self, *, agent: bool = False) -> tuple[str, ...]:
        """The words of ssh up to the destination.

        Args:
            agent: Whether the machine may use the keys of this one's agent while the connection lasts.

        Raises:
            PrerequisiteError: There is no ssh.
        """
        return (self._program(), *self._options(agent))

    def _options(self, agent: bool) -> tuple[str, ...]:
        config = ("-F", str(self.config)) if self.config else ()
        options = (*OPTIONS, f"ForwardAgent={'yes' if agent else 'no'}")
        return (*config, *(word for option in options for word in ("-o", option)))

    def _program(self) -> str:
        program = shutil.which("ssh")
        if program is None:
            raise PrerequisiteError(
                "the program ssh is not there", "Install the OpenSSH client, and make it found on PATH."
            )
        return program

    @property
    def git_variables(self) -> Mapping[str, str]:
        """What lets git go the same way."""
        return {"GIT_SSH_COMMAND": shlex.join(self.words()), "GIT_SSH_VARIANT": "ssh"}

    async def run(self, script: str, *arguments: str) -> Said:
        """Run a script of the POSIX shell to its end.

        Args:
            script: Its text.
            arguments: ``$1`` and so on.

        Raises:
            ConnectionLost: The connection can't be made, or broke.
            PrerequisiteError: ssh is missing, does not know the machine, or has no key for it.
        """
        out = bytearray()
        async with self._started(script, arguments, agent=False) as (process, complaint):
            async for chunk in _chunks(process):
                out += chunk
                if len(out) > MOST_BYTES:
                    raise StageError("connect", f"{self.destination} says more than {MOST_BYTES >> 20} MB")
            code, err = await process.wait(), await complaint
        self._check(code, err)
        before, mark, told = bytes(out).partition(_BEGIN + b"\n")
        if not mark:
            raise self._no_shell(before, err)
        return Said(code, told, err)

    async def stream(self, script: str, *arguments: str, agent: bool = False) -> AsyncGenerator[bytes, None]:
        """Run a script and hear what it says as it says it.

        Args:
            script: Its text.
            arguments: ``$1`` and so on.
            agent: Whether the machine may use the keys of this one's agent meanwhile.

        Raises:
            ConnectionLost: As :meth:`run`; what was heard before counts.
            PrerequisiteError: As :meth:`run`.
        """
        before: bytes | None = b""
        async with self._started(script, arguments, agent=agent) as (process, complaint):
            async for chunk in _chunks(process):
                if before is not None:
                    before, mark, chunk = (before + chunk).partition(_BEGIN + b"\n")
                    before = None if mark else before
                if chunk:
                    yield chunk
            code, err = await process.wait(), await complaint
        self._check(code, err)
        if before is not None:
            raise self._no_shell(before, err)

    def _no_shell(self, said: bytes, err: str) -> StageError:
        lines = f"{said.decode('utf-8', 'replace')}\n{err}".split("\n")
        told = next((line.strip() for line in lines if line.strip()), "it says nothing")
        return StageError(
            "connect",
            f"{self.destination} does not run our script: {told}",
            "The account there needs a shell.",
        )

    @contextlib.asynccontextmanager
    async def _started(
        self, script: str, arguments: Sequence[str], *, agent: bool
    ) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.Task[str]]]:
        # One word for the login shell there, whichever it is, and a shell of our own below it.
        begun = f"echo {shlex.quote(_BEGIN.decode())}\n{script}"
        there = f"exec sh -c {shlex.join([begun, 'codeflash', *arguments])}"
        process = await asyncio.create_subprocess_exec(
            *self.words(agent=agent),
            *self.destination.words,
            there,
            env={**os.environ, "LC_ALL": "C"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        complaint = asyncio.ensure_future(_last_words(process))
        try:
            yield process, complaint
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await process.wait()
            await complaint

    def _check(self, code: int, err: str) -> None:
        """Raise what a failed connection means.

        Raises:
            ConnectionLost: It is worth another try.
            PrerequisiteError: It is not.
        """
        if code == LOST or code < 0:
            raise failure(self.destination, err)


def failure(destination: Destination, complaint: str) -> CodeflashError:
    """What a complaint of ssh means: for people to put right, or worth another try.

    Args:
        destination: The machine.
        complaint: What ssh said on standard error.
    """
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    last = lines[-1].rstrip(".") if lines else "the connection broke"
    by_hand = f"ssh {' '.join(destination.words).replace('-- ', '')}"
    if "REMOTE HOST IDENTIFICATION HAS CHANGED" in complaint:
        return PrerequisiteError(
            f"the host key of {destination} is not the one that ssh knows",
            f"Where the machine was made anew: ssh-keygen -R {destination.host}, then {by_hand}. Otherwise somebody else answers.",
        )
    if "Host key verification failed" in complaint or "host key is known" in complaint:
        return PrerequisiteError(
            f"ssh does not know the host key of {destination}",
            f"Connect once by hand and compare the fingerprint: {by_hand}",
        )
    if "Permission denied" in complaint or "Too many authentication failures" in complaint:
        return PrerequisiteError(
            f"{destination} does not let us in: {last}",
            f"Offer the key that it knows: ssh-add KEY. Then this must work: {by_hand}",
        )
    if "Could not resolve hostname" in complaint and "Temporary failure" not in complaint:
        # Worth another try once it was found: a network that is down may answer so as well.
        return ConnectionLost(
            f"there is no machine {destination.host}", "Look at its name, and at the network."
        )
    if "Bad configuration option" in complaint or "Can't open user config file" in complaint:
        return PrerequisiteError(
            f"ssh can't read its settings: {last}", f"See {CONFIG_VARIABLE}, and {by_hand}"
        )
    return ConnectionLost(
        f"no connection to {destination}: {last}",
        "Is it running, and does its firewall let this address in? See: codeflash vm doctor --help",
    )


async def _chunks(process: asyncio.subprocess.Process) -> AsyncIterator[bytes]:
    assert process.stdout is not None
    while chunk := await process.stdout.read(_CHUNK):
        yield chunk


async def _last_words(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    kept = b""
    while chunk := await process.stderr.read(_CHUNK):
        kept = (kept + chunk)[-_LAST_WORDS:]
    return kept.decode("utf-8", "replace")
