"""The files of two commits, without their history: as data, and nothing of it is run."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from codeflash_core.errors import CodeflashError, StageError
from codeflash_core.git.program import git_words
from codeflash_core.programs import Said, run_program
from codeflash_github_app.remotes import Remote, kept_settings, plain_environment
from codeflash_github_app.variables import PREFIX

READY = "codeflash-ready"
"""Written into the clone's ``.git`` when it is whole, with the commit that is checked out."""
LOOK_SECONDS = 0.5
RAISE_SIZE = f"Whoever hosts the app can raise the limit: {PREFIX}REPOSITORY_MIB."


class TooLarge(CodeflashError):
    """A repository is larger than this machine takes."""

    code = "too-large"


class Gone(CodeflashError):
    """A commit is not there any more: its branch was moved."""

    code = "gone"


async def clone(remote: Remote, commits: Sequence[str], place: Path, *, largest: int, seconds: float) -> Path:
    """Fetch commits, each without its history, and check the first one out.

    Args:
        remote: Where they are.
        commits: Their full names.
        place: Where the clone goes; one that is whole and has the same first commit is taken as it is.
        largest: Bytes that it may take on the disk.
        seconds: How long it may take.

    Returns:
        The clone's folder.

    Raises:
        TooLarge: It is larger.
        Gone: A commit is not there any more.
        GitHubError: It can't be fetched.
        StageError: git fails, or takes longer.
    """
    ready = place / ".git" / READY
    wanted = "\n".join(commits)
    if await asyncio.to_thread(_taken_up, place, ready, wanted):
        return place
    plain = plain_environment()
    await _git(place, ("init", "--quiet", "--initial-branch", "codeflash"), plain, seconds)
    await asyncio.to_thread(_append, place / ".git" / "config", kept_settings())
    fetch = (
        "fetch",
        "--quiet",
        "--depth",
        "1",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
    )

    async def look() -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if (size := await asyncio.to_thread(_size, place)) > largest:
                raise _too_large(size, largest)

    said = await _said(place, (*fetch, remote.url, *commits), remote.environment(), seconds, look)
    if said.code:
        if "not our ref" in said.err or "couldn't find remote ref" in said.err:
            raise Gone(
                "a commit is not in the repository any more",
                "Its branch was moved: run the check again.",
            )
        raise remote.problem("fetch the repository", said.err)
    await _refuse_large_files(place, commits[0], largest, plain)
    await _git(place, ("checkout", "--quiet", "--force", "--detach", commits[0]), plain, seconds)
    ready.write_text(wanted, encoding="utf-8")
    return place


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(text)


def _taken_up(place: Path, ready: Path, wanted: str) -> bool:
    """Whether the clone is there already; otherwise an empty folder is."""
    if ready.is_file() and ready.read_text(encoding="utf-8") == wanted:
        return True
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return False


async def _refuse_large_files(place: Path, commit: str, largest: int, plain: Mapping[str, str]) -> None:
    """Refuse what is small when it is packed and large when it is unpacked."""
    listed = await _git(place, ("ls-tree", "-r", "-l", "-z", "--full-tree", commit), plain, 120.0)
    sizes = (entry.split(b"\t", 1)[0].split()[-1] for entry in listed.out.split(b"\0") if entry)
    total = sum(int(size) for size in sizes if size.isdigit())
    if total > largest:
        raise _too_large(total, largest)


def _too_large(size: int, largest: int) -> TooLarge:
    return TooLarge(
        f"the repository takes more than {largest >> 20:,} MiB here ({size >> 20:,} MiB so far)",
        RAISE_SIZE,
    )


async def _git(place: Path, words: Sequence[str], environment: Mapping[str, str], seconds: float) -> Said:
    said = await _said(place, words, environment, seconds)
    if said.code:
        raise StageError("clone", f"git {words[0]} failed: {_why(said)}")
    return said


async def _said(
    place: Path,
    words: Sequence[str],
    environment: Mapping[str, str],
    seconds: float,
    watch: Callable[[], Awaitable[None]] | None = None,
) -> Said:
    try:
        return await run_program(
            git_words(*words), folder=place, environment=environment, seconds=seconds, watch=watch
        )
    except TimeoutError:
        raise StageError(
            "clone",
            f"git {words[0]} took longer than {seconds:.0f} s",
            "GitHub is slow, or the repository is large for this machine: run the check again.",
        ) from None


def _why(said: Said) -> str:
    lines = [line for line in said.err.splitlines() if line.strip()]
    return lines[-1].strip()[:300] if lines else f"exit code {said.code}"


def _size(place: Path) -> int:
    total = 0
    for folder, _, files in os.walk(place):
        for name in files:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 (thousands of files)
            except OSError:
                continue  # git takes temporary files away meanwhile
    return total
