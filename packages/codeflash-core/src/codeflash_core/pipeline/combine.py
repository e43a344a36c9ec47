"""Puts accepted changes of several targets together."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from attrs import frozen


@frozen
class _Edit:
    """Lines ``start`` to ``stop`` of the original become other lines."""

    start: int
    stop: int
    lines: tuple[str, ...]


def _edits(original: Sequence[str], changed: Sequence[str]) -> list[_Edit]:
    codes = difflib.SequenceMatcher(None, original, changed, False).get_opcodes()
    return [_Edit(i, j, tuple(changed[k:m])) for tag, i, j, k, m in codes if tag != "equal"]


def merge_texts(original: str, versions: Sequence[str]) -> str | None:
    """One text with the changes of all versions, or None when two change the same lines.

    Args:
        original: The text that all versions started from.
        versions: The changed texts.
    """
    base = original.splitlines(keepends=True)
    merged: list[_Edit] = []
    for version in versions:
        for edit in _edits(base, version.splitlines(keepends=True)):
            if edit in merged:
                continue
            if any(_collide(edit, other) for other in merged):
                return None
            merged.append(edit)
    lines = list(base)
    # From the end, so that line numbers stay true; of two insertions at one place the later comes first.
    for _, _, _, edit in sorted(
        ((edit.start, edit.stop, number, edit) for number, edit in enumerate(merged)),
        key=lambda each: each[:3],
        reverse=True,
    ):
        lines[edit.start : edit.stop] = edit.lines
    return "".join(lines)


def _collide(one: _Edit, other: _Edit) -> bool:
    if one.start == one.stop and other.start == other.stop:
        return False
    if one.start == one.stop:
        return other.start < one.start < other.stop
    if other.start == other.stop:
        return one.start < other.start < one.stop
    return one.start < other.stop and other.start < one.stop


def merge_files(
    originals: Mapping[str, str], versions: Sequence[Mapping[str, str | None]]
) -> dict[str, str | None] | None:
    """All changed files with all changes, or None when two versions disagree.

    Args:
        originals: Text of the original files by path; new files are absent.
        versions: New text by path, None for a deleted file.
    """
    result: dict[str, str | None] = {}
    for path in dict.fromkeys(path for version in versions for path in version):
        texts = [version[path] for version in versions if path in version]
        if len(set(texts)) == 1:
            result[path] = texts[0]
            continue
        kept = [text for text in texts if text is not None]
        merged = merge_texts(originals[path], kept) if path in originals and len(kept) == len(texts) else None
        if merged is None:
            return None
        result[path] = merged
    return result
