"""What GitHub is asked for, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from codeflash_core.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")


@frozen
class Call:
    """One request to the API.

    Attributes:
        method: ``GET``, ``POST``...
        path: From the API's address on, with the query.
        body: What is sent as JSON; None for nothing.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@frozen
class RepositoryFacts:
    """A repository.

    Attributes:
        name: ``OWNER/REPO`` as GitHub spells it.
        default_branch: The branch that pull requests are for.
        parent: The repository that it was forked from; empty when it is no fork.
        kilobytes: How large it is on GitHub's disks, its history included.
    """

    name: str
    default_branch: str
    parent: str = ""
    kilobytes: int = 0


@frozen
class PullRequest:
    """A pull request.

    Attributes:
        number: Its number in its repository.
        title: Its title.
        body: Its text; empty when it has none.
        url: Where people read it.
        state: ``open`` or ``closed``.
        draft: Whether it is a draft.
        head: ``owner:branch`` of what it asks to merge.
        head_commit: The commit at that branch's tip.
        base: The branch that it is for.
        base_commit: The commit at that branch's tip, as the pull request knows it.
        head_branch: The branch that it asks to merge.
        head_repository: ``OWNER/REPO`` where that branch is; empty when it was deleted.
        base_repository: ``OWNER/REPO`` where it is open; empty where it is not told.
        author: The login of whoever opened it; empty when that account was deleted.
    """

    number: int
    title: str
    body: str
    url: str
    state: str
    draft: bool
    head: str
    head_commit: str
    base: str
    base_commit: str = ""
    head_branch: str = ""
    head_repository: str = ""
    base_repository: str = ""
    author: str = ""

    @property
    def is_from_fork(self) -> bool:
        """Whether the branch is in another repository than the pull request, or is not there any more."""
        return not self.head_repository or self.head_repository.casefold() != self.base_repository.casefold()


@frozen
class ChangedFile:
    """A file of a pull request.

    Attributes:
        path: Its path; of a renamed file the new one.
        before: Its path before it was renamed; empty when it was not.
        patch: The hunks of its diff; empty where GitHub gives none, as for large or binary files.
    """

    path: str
    before: str = ""
    patch: str = ""


@frozen
class NewPullRequest:
    """A pull request to open.

    Attributes:
        repository: Where, ``OWNER/REPO``.
        title: Its title.
        body: Its text, Markdown.
        head: ``owner:branch`` to merge.
        base: The branch that it is for.
        draft: Whether it is opened as a draft.
    """

    repository: str
    title: str
    body: str
    head: str
    base: str
    draft: bool = False


def repository_name(text: str) -> str:
    """The name of a repository as it stands in an address of the API.

    Raises:
        UsageError: It is no ``OWNER/REPO``.
    """
    name = text.strip().removesuffix(".git")
    if not _NAME.fullmatch(name):
        raise UsageError(f"OWNER/REPO is wanted, not {text}", "Such as psf/requests.")
    return name
