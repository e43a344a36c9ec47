"""What a delivery asks for, as values: events make them, jobs carry them out."""

from __future__ import annotations

from attrs import frozen


@frozen
class Repository:
    """A repository that the app is installed on.

    Attributes:
        installation: The installation's id: whose token is used.
        id: The repository's id; it stays the same when it is renamed.
        name: ``OWNER/REPO``.
        default_branch: The branch that pushes are reported of.
    """

    installation: int
    id: int
    name: str
    default_branch: str


@frozen
class OptimizePull:
    """Optimize what a pull request changes.

    Attributes:
        repository: Where it is open.
        number: Its number.
        head: The commit that it asks to merge.
        again: What makes this another order for the same commit, such as the id of a check run that is run again;
            empty for the first.
        author: Who wants it again; whether they may ask is looked up by the job.
    """

    repository: Repository
    number: int
    head: str
    again: str = ""
    author: str = ""


@frozen
class OptimizeAsked:
    """Optimize one function of a pull request, because a comment asks for it.

    Attributes:
        repository: Where it is open.
        number: Its number.
        target: ``path::function``.
        comment: The comment's id.
        author: Who wrote it, or wants it again; whether they may ask is looked up by the job.
        again: As of :class:`OptimizePull`.
    """

    repository: Repository
    number: int
    target: str
    comment: int
    author: str
    again: str = ""


@frozen
class CompareAsked:
    """Compare a pull request with its base, because a comment asks for it.

    Attributes:
        repository: Where it is open.
        number: Its number.
        comment: The comment's id.
        author: Who wrote it, or wants it again; whether they may ask is looked up by the job.
        again: As of :class:`OptimizePull`.
    """

    repository: Repository
    number: int
    comment: int
    author: str
    again: str = ""


@frozen
class Stop:
    """End the jobs of a pull request.

    Attributes:
        repository: Where it is.
        number: Its number.
        author: Who asks; empty when the pull request was closed.
    """

    repository: Repository
    number: int
    author: str = ""


@frozen
class ReportPush:
    """Compare the default branch before and after a push.

    Attributes:
        repository: Where it was pushed.
        before: The commit before.
        after: The commit after.
        again: As of :class:`OptimizePull`.
        author: Who wants it again; whether they may ask is looked up by the job.
    """

    repository: Repository
    before: str
    after: str
    again: str = ""
    author: str = ""


@frozen
class RunAgain:
    """Do again what a check run of ours shows, or all that are on a commit.

    Attributes:
        repository: Where it is.
        commit: The commit.
        key: The name that we gave the check run; empty for all of the commit.
        again: Tells this time from others.
        author: Who wants it; whether they may ask is looked up by the jobs.
    """

    repository: Repository
    commit: str
    key: str
    again: str
    author: str


@frozen
class Installed:
    """The app was installed, or may see other repositories.

    Attributes:
        installation: Its id.
        account: Whose it is.
        added: Ids and names of repositories that it may see now.
        removed: Ids of those that it may not see any more.
        suspended: Whether it may do nothing for now.
    """

    installation: int
    account: str
    added: tuple[tuple[int, str], ...] = ()
    removed: tuple[int, ...] = ()
    suspended: bool = False


@frozen
class Uninstalled:
    """The app was removed: everything known of the installation is forgotten.

    Attributes:
        installation: Its id.
    """

    installation: int


@frozen
class Changed:
    """A repository has another name, owner or default branch.

    Attributes:
        repository: As it is now.
    """

    repository: Repository


@frozen
class Ignored:
    """Nothing is to be done.

    Attributes:
        why: The reason, for the log and the inbox.
    """

    why: str


Work = OptimizePull | OptimizeAsked | CompareAsked | ReportPush
"""Orders that become jobs."""
Order = Work | RunAgain | Stop | Installed | Uninstalled | Changed | Ignored
