"""What stands in the commits of a clone, read as data: few calls of git, however many files somebody changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.git.program import git_words
from codeflash_core.programs import Said, run_program
from codeflash_github_app.remotes import plain_environment

SECONDS = 120.0


@frozen
class Change:
    """A file that differs between two commits.

    Attributes:
        path: Where it is, relative to the repository's top; odd bytes of names survive.
        before: git's name of what it was; empty when it is new.
        after: git's name of what it is.
    """

    path: str
    before: str
    after: str


async def blob(place: Path, commit: str, path: str, most: int) -> bytes | None:
    """A file as it is in a commit; empty when it is not there, None when it is too large.

    Args:
        place: The clone.
        commit: The commit.
        path: The file, relative to the repository's top.
        most: Bytes that are taken at most.

    Raises:
        StageError: git does not answer.
    """
    said = await _said(place, ("cat-file", "blob", f"{commit}:{path}"), most=most)
    if not said.whole:
        return None
    return said.out if said.code == 0 else b""


async def changes(place: Path, base: str, head: str) -> tuple[Change, ...]:
    """Files that are new or changed between two commits, in git's order.

    Args:
        place: The clone.
        base: The commit before.
        head: The commit after.

    Raises:
        StageError: git fails.
    """
    words = ("diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")
    said = await _asked(place, (*words, "--diff-filter=AM", base, head, "--"))
    parts = said.out.split(b"\0")
    return tuple(
        _change(facts.decode(), path.decode("utf-8", "surrogateescape"))
        for facts, path in zip(parts[0::2], parts[1::2], strict=False)
    )


def _change(facts: str, path: str) -> Change:
    _, _, before, after, _ = facts.split()
    return Change(path, before if before.strip("0") else "", after)


async def sizes(place: Path, names: Iterable[str]) -> dict[str, int]:
    """Bytes of files by git's names of them; what is no file is left out.

    Args:
        place: The clone.
        names: git's names of them.

    Raises:
        StageError: git fails.
    """
    told = (await _asked(place, ("cat-file", "--batch-check"), _lines(names))).out.decode().splitlines()
    facts = (line.split() for line in told)
    return {
        name: int(size) for name, kind, size in (each for each in facts if len(each) == 3) if kind == "blob"
    }


async def contents(place: Path, names: Iterable[str], most: int) -> dict[str, bytes]:
    """Files by git's names of them.

    Args:
        place: The clone.
        names: git's names of files that are there.
        most: Bytes that all of them have together at most.

    Raises:
        StageError: git fails.
    """
    wanted = _lines(names)
    said = await _asked(place, ("cat-file", "--batch"), wanted, most + 200 * wanted.count(b"\n"))
    found: dict[str, bytes] = {}
    rest = memoryview(said.out)
    at = 0
    while at < len(rest):
        ends = said.out.index(b"\n", at)
        name, _, size = said.out[at:ends].decode().split()
        begins = ends + 1
        at = begins + int(size) + 1
        found[name] = bytes(rest[begins : at - 1])
    return found


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in dict.fromkeys(names)).encode()


async def _asked(place: Path, words: tuple[str, ...], stdin: bytes = b"", most: int = 64 << 20) -> Said:
    said = await _said(place, words, stdin, most)
    if not said.whole:
        raise StageError("clone", f"git {words[0]} told of more than {most >> 20} MiB")
    if said.code:
        lines = said.err.strip().splitlines() or [f"exit code {said.code}"]
        raise StageError("clone", f"git {words[0]} failed: {lines[-1][:300]}")
    return said


async def _said(place: Path, words: tuple[str, ...], stdin: bytes = b"", most: int = 64 << 20) -> Said:
    try:
        return await run_program(
            git_words(*words),
            folder=place,
            environment=plain_environment(),
            seconds=SECONDS,
            most_out=most,
            stdin=stdin,
        )
    except TimeoutError:
        raise StageError("clone", f"git {words[0]} took longer than {SECONDS:.0f} s") from None
