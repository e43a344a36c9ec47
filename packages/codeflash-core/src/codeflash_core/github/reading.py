"""GitHub's documents made into values; keys that are not needed are passed over."""

from __future__ import annotations

from typing import Any

from codeflash_core.github.values import ChangedFile, PullRequest, RepositoryFacts


def repository_of(document: Any) -> RepositoryFacts:
    """A repository.

    Raises:
        ValueError: It is none.
    """
    parent = _entry(document, "parent", dict, {}) or {}
    return RepositoryFacts(
        name=_entry(document, "full_name", str),
        default_branch=_entry(document, "default_branch", str),
        parent=_entry(parent, "full_name", str, ""),
    )


def pull_request_of(document: Any) -> PullRequest:
    """A pull request.

    Raises:
        ValueError: It is none.
    """
    head, base = _entry(document, "head", dict), _entry(document, "base", dict)
    number = _entry(document, "number", int)
    if number < 1:
        raise ValueError(f"number is {number}")
    return PullRequest(
        number=number,
        title=_entry(document, "title", str),
        body=_entry(document, "body", str, "") or "",
        url=_entry(document, "html_url", str),
        state=_entry(document, "state", str),
        draft=bool(_entry(document, "draft", bool, False)),
        head=_entry(head, "label", str, "") or "",
        head_commit=_entry(head, "sha", str),
        base=_entry(base, "ref", str),
    )


def file_of(document: Any) -> ChangedFile:
    """A file of a pull request.

    Raises:
        ValueError: It is none.
    """
    return ChangedFile(
        path=_entry(document, "filename", str),
        before=_entry(document, "previous_filename", str, "") or "",
        patch=_entry(document, "patch", str, "") or "",
    )


_NEEDED = object()


def _entry(document: Any, key: str, kind: type, default: Any = _NEEDED) -> Any:
    """A value of the right kind; null stands for the default where there is one."""
    if not isinstance(document, dict):
        raise ValueError("an object is wanted")
    value = document.get(key)
    if value is None and default is not _NEEDED:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{key} is missing or of the wrong kind")
    return value
