"""Brings exactly the commits that are compared to another machine: pushed into a bare repository there, under names of their own."""

from __future__ import annotations

import asyncio
import contextlib

from codeflash_core.errors import StageError
from codeflash_core.git.program import git_environment, git_words
from codeflash_core.git.repository import Repository
from codeflash_core.runners.connection import Connection, ConnectionLost, failure

FOLDER = ".codeflash/runner"
"""Where everything of ours lies in the account's home folder there."""
_NETWORK = ("ssh:", "connection", "remote end hung up", "could not read from remote", "broken pipe", "kex_")


async def push(
    connection: Connection, repository: Repository, project: str, job: str, commits: dict[str, str]
) -> None:
    """Push commits; nothing else of the repository goes there, and no hook is run.

    Args:
        connection: The machine.
        repository: Where the commits are.
        project: Name of the repository there; it exists.
        job: The job that they are for.
        commits: Commits by the name that they get, such as ``base``.

    Raises:
        ConnectionLost: The connection can't be made, or broke.
        PrerequisiteError: ssh is missing, or does not get in.
        StageError: git refuses.
    """
    url = connection.destination.url(f"{FOLDER}/{project}.git")
    refs = [f"+{commit}:refs/codeflash/{job}/{name}" for name, commit in commits.items()]
    process = await asyncio.create_subprocess_exec(
        *git_words(
            "push", "--quiet", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no",
            "--", url, *refs,
        ),
        cwd=repository.project,
        env=git_environment(connection.git_variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise _refusal(connection, complaint.decode("utf-8", "replace"))


def _refusal(connection: Connection, complaint: str) -> Exception:
    # git's own lines come after those of ssh and say less.
    own = ("fatal:", "error:", "Please make sure", "and the repository exists")
    ssh = "\n".join(line for line in complaint.splitlines() if not line.startswith(own))
    known = failure(connection.destination, ssh or complaint)
    if not isinstance(known, ConnectionLost) or any(word in complaint.lower() for word in _NETWORK):
        return known
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    return StageError(
        "sync",
        f"the commits can't be pushed to {connection.destination}: {lines[0] if lines else 'git failed'}",
    )
