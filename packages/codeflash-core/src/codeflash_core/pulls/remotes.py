"""The two repositories that a pull request joins: the fork with the branch, and upstream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from codeflash_core.cases.checkouts import remote_addresses
from codeflash_core.errors import UsageError
from codeflash_core.git.program import run_git
from codeflash_core.git.repository import Repository
from codeflash_core.github.values import repository_name
from codeflash_core.records.case_place import origin_names

UPSTREAM, FORK = ("upstream", "origin"), ("fork", "origin")
"""Names that remotes usually have, the likelier first."""


@frozen
class Remote:
    """A remote of the checkout, and what it is on GitHub.

    Attributes:
        name: Its name in the checkout.
        address: Where git finds it.
        repository: ``OWNER/REPO``.
    """

    name: str
    address: str
    repository: str

    @property
    def owner(self) -> str:
        """Whose repository it is."""
        return self.repository.partition("/")[0]


@frozen
class Ends:
    """Upstream and fork; the same remote twice where branches are pushed to upstream itself."""

    upstream: Remote
    fork: Remote


def find_ends(repository: Repository, upstream: str = "", fork: str = "") -> Ends:
    """Upstream and fork of a checkout, by the usual names of remotes.

    Upstream is the remote ``upstream``, else ``origin``; the fork is ``fork``, else ``origin``.

    Args:
        repository: The checkout.
        upstream: ``OWNER/REPO`` where it was named.
        fork: ``OWNER/REPO`` where it was named.

    Raises:
        UsageError: A remote is missing, or what it is on GitHub can't be told from its address.
    """
    addresses = remote_addresses(repository)
    return Ends(
        _find(addresses, "upstream", UPSTREAM, upstream),
        _find(addresses, "fork", FORK, fork),
    )


def default_branch(repository: Repository, remote: str) -> str:
    """The default branch of a remote as the checkout knows it; empty when it does not."""
    prefix = f"refs/remotes/{remote}/"
    said = run_git(repository.project, "symbolic-ref", "--quiet", f"{prefix}HEAD")
    if not said.code and said.text.startswith(prefix):
        return said.text.removeprefix(prefix)
    there = [name for name in ("main", "master") if repository.commit_of(prefix + name)]
    return there[0] if len(there) == 1 else ""


def usual_remotes(repository: Repository) -> tuple[str, str]:
    """Names of upstream's remote and the fork's, whatever they are on GitHub; empty where there is none."""
    names = remote_addresses(repository)
    return _usual(names, UPSTREAM), _usual(names, FORK)


def _find(addresses: Mapping[str, str], role: str, usual: tuple[str, ...], named: str) -> Remote:
    known = {name: "/".join(origin_names(address) or ()) for name, address in addresses.items()}
    usually = _usual(addresses, usual)
    if named:
        wanted = repository_name(named)
        # A remote whose address says nothing of GitHub, such as a mirror, may be what was named.
        fitting = [name for name, each in known.items() if each.casefold() == wanted.casefold()]
        unknown = [usually] if usually and not known[usually] else []
        for name in (*fitting, *unknown):
            return Remote(name, addresses[name], wanted)
        raise UsageError(
            f"no remote of the checkout is {wanted}",
            f"Add it: git remote add {role} ADDRESS-OF-{role.upper()}",
        )
    if not usually:
        raise UsageError(
            f"the checkout has no remote {' or '.join(usual)}",
            f"Add it: git remote add {role} ADDRESS-OF-{role.upper()}",
        )
    if not known[usually]:
        raise UsageError(
            f"the address of the remote {usually} does not say which repository of GitHub it is",
            f"Name it: --{role} OWNER/REPO",
        )
    return Remote(usually, addresses[usually], repository_name(known[usually]))


def _usual(names: Iterable[str], usual: tuple[str, ...]) -> str:
    there = set(names)
    return next((name for name in usual if name in there), "")
