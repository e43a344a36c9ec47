"""A proposed change."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

COMBINED = "combination"
"""The last step of a candidate that has the changes of several."""


@frozen
class Cost:
    """What it took to make a candidate.

    Attributes:
        seconds: Wall time.
        calls: Requests to a model or service.
        money: Price in US dollars; None where nobody told it.
    """

    seconds: float = 0.0
    calls: int = 0
    money: float | None = 0.0


@frozen
class Candidate:
    """A faster version that somebody proposes.

    Attributes:
        id: Hash of the base and the normalized change; equal changes have equal ids.
        source: Who proposed it, such as ``rewrites:membership-in-list``.
        files: New text of each changed file by path relative to the root; None deletes the file.
        why: One paragraph for the maintainer: why this is faster.
        parents: Ids of the candidates it builds on; empty when it builds on the original.
        steps: The rewrites that led here, first to last.
        adds: New module-private names that it introduces.
        cautions: What a reader should know: added caches, imports, dependencies.
        trusted: Whether it comes from the built-in catalogue; others are confirmed in separate processes.
        cost: What it took.
        refused: Why its source itself refuses it, such as a change of files that it was not asked about; or empty.
    """

    id: str
    source: str
    files: Mapping[str, str | None]
    why: str = ""
    parents: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    trusted: bool = False
    cost: Cost = field(factory=Cost)
    refused: str = ""

    def with_cautions(self, more: Sequence[str]) -> Candidate:
        """The same candidate with more to know about it, each sentence once."""
        return evolve(self, cautions=tuple(dict.fromkeys((*self.cautions, *more))))


def candidate_id(base_sha256: Mapping[str, str], normalized: Mapping[str, str]) -> str:
    """The identity of a change: base files and normalized new files.

    Args:
        base_sha256: Hash of each base file, by path.
        normalized: Normalized text (comments and layout removed) of each changed file, by path.

    Returns:
        Twelve hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in sorted({*base_sha256, *normalized}):
        digest.update(f"{path}\0{base_sha256.get(path, '')}\0{normalized.get(path, '')}\0".encode())
    return digest.hexdigest()[:12]


def unified_diff(original: Mapping[str, str], files: Mapping[str, str | None], *, context: int = 3) -> str:
    """A patch that ``git apply`` and ``patch -p1`` accept.

    Args:
        original: Text of the original files by path; new files are absent.
        files: New text by path; None deletes.
        context: Unchanged lines around each change.

    Returns:
        Unified diff, empty when nothing differs.
    """
    parts: list[str] = []
    for path in sorted(files):
        before, after = original.get(path), files[path]
        if before == after:
            continue
        lines = difflib.unified_diff(
            (before or "").splitlines(keepends=True),
            (after or "").splitlines(keepends=True),
            "/dev/null" if before is None else f"a/{path}",
            "/dev/null" if after is None else f"b/{path}",
            n=context,
        )
        for line in lines:
            parts.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(parts)


_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


def patched(original: str, diff: str, path: str) -> str | None:
    """A file's text after a patch of :func:`unified_diff`; None where the patch does not fit or has no such file.

    Args:
        original: The text before.
        diff: The patch; it may be of several files.
        path: The file.
    """
    lines = original.splitlines(keepends=True)
    found: list[str] = []
    taken, inside, wanted = 0, False, (0, 0)
    told = diff.split("\n")
    for number, line in enumerate(told):
        if wanted == (0, 0):
            if line.startswith("+++ "):
                inside = line == f"+++ b/{path}"
            elif inside and (hunk := _HUNK.match(line)):
                start, before, after = (int(1 if each is None else each) for each in hunk.groups())
                wanted = (before, after)
                begin = start - 1 if before else start
                if begin < taken:
                    return None
                found += lines[taken:begin]
                taken = begin
            continue
        mark, text = line[:1], line[1:]
        unended = told[number + 1 : number + 2] == ["\\ No newline at end of file"]
        text = text if unended else text + "\n"
        if mark == "\\":
            continue
        if mark in (" ", "-", ""):
            if inside and lines[taken : taken + 1] != [text]:
                return None
            taken += inside
        if inside and mark != "-":
            found.append(text)
        wanted = (wanted[0] - (mark != "+"), wanted[1] - (mark != "-"))
    changed = "".join([*found, *lines[taken:]])
    return changed if f"+++ b/{path}" in told else None
