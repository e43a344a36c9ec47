"""GitHub's documents made into values; keys that are not needed are passed over."""

from __future__ import annotations

from typing import Any

from codeflash_core.github.values import ChangedFile, PullRequest, RepositoryFacts


def repository_of(document: Any) -> RepositoryFacts:
    """A repository.

    Raises:
        ValueError: It is none.
    """
    parent = entry(document, "parent", dict, {}) or {}
    return RepositoryFacts(
        name=entry(document, "full_name", str),
        default_branch=entry(document, "default_branch", str),
        parent=entry(parent, "full_name", str, ""),
        kilobytes=entry(document, "size", int, 0),
    )


def pull_request_of(document: Any) -> PullRequest:
    """A pull request.

    Raises:
        ValueError: It is none.
    """
    head, base = entry(document, "head", dict), entry(document, "base", dict)
    number = entry(document, "number", int)
    if number < 1:
        raise ValueError(f"number is {number}")
    return PullRequest(
        number=number,
        title=entry(document, "title", str),
        body=entry(document, "body", str, "") or "",
        url=entry(document, "html_url", str),
        state=entry(document, "state", str),
        draft=bool(entry(document, "draft", bool, False)),
        head=entry(head, "label", str, "") or "",
        head_commit=entry(head, "sha", str),
        base=entry(base, "ref", str),
        base_commit=entry(base, "sha", str, ""),
        head_branch=entry(head, "ref", str, ""),
        # A fork that was deleted is null.
        head_repository=entry(entry(head, "repo", dict, {}) or {}, "full_name", str, ""),
        base_repository=entry(entry(base, "repo", dict, {}) or {}, "full_name", str, ""),
        # So is an account.
        author=entry(entry(document, "user", dict, {}) or {}, "login", str, ""),
    )


def file_of(document: Any) -> ChangedFile:
    """A file of a pull request.

    Raises:
        ValueError: It is none.
    """
    return ChangedFile(
        path=entry(document, "filename", str),
        before=entry(document, "previous_filename", str, "") or "",
        patch=entry(document, "patch", str, "") or "",
    )


_NEEDED = object()


def entry(document: Any, key: str, kind: type, default: Any = _NEEDED) -> Any:
    """A value of the right kind; null stands for the default where there is one.

    Raises:
        ValueError: It is missing, or of another kind.
    """
    if not isinstance(document, dict):
        raise ValueError("an object is wanted")
    value = document.get(key)
    if value is None and default is not _NEEDED:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{key} is missing or of the wrong kind")
    return value
