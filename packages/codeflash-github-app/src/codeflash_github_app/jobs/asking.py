"""Who may give orders: those who may write to the repository."""

from __future__ import annotations

from codeflash_core.github import comments
from codeflash_github_app.jobs.case import COMMENTS
from codeflash_github_app.jobs.host import Host
from codeflash_github_app.orders import Repository

WRITERS = frozenset({"admin", "maintain", "write"})


async def may_ask(host: Host, repository: Repository, person: str) -> bool:
    """Whether somebody may give an order.

    Args:
        host: The machine.
        repository: Where.
        person: Their login; nobody may ask without one.

    Raises:
        GitHubError: GitHub does not answer for now, or refuses to say.
    """
    if not person:
        return False
    async with host.speaking(repository, COMMENTS) as github:
        may = await host.patience.asked(lambda: comments.permission(github, repository.name, person))
    return may in WRITERS
