"""Where the app is installed, and which repositories it may see there."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_github_app.db.ordering import stop_all
from codeflash_github_app.db.tables import deliveries, installations, repositories
from codeflash_github_app.orders import Installed, Repository, Uninstalled


async def known(connection: AsyncConnection, repository: Repository) -> None:
    """Note a repository as an event tells it: it may have another name or default branch by now.

    Args:
        connection: Inside a transaction.
        repository: The repository.
    """
    account = repository.name.partition("/")[0]
    await connection.execute(
        insert(installations).values(id=repository.installation, account=account).on_conflict_do_nothing()
    )
    statement = insert(repositories).values(
        id=repository.id,
        name=repository.name,
        installation=repository.installation,
        default_branch=repository.default_branch,
    )
    new = statement.excluded
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "name": new.name,
                "installation": new.installation,
                "default_branch": new.default_branch,
                "removed_at": None,
            },
        )
    )


async def installed(connection: AsyncConnection, order: Installed) -> None:
    """Note what an installation may see.

    Args:
        connection: Inside a transaction.
        order: What changed.
    """
    statement = insert(installations).values(
        id=order.installation, account=order.account, suspended=order.suspended
    )
    new = statement.excluded
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"account": new.account, "suspended": new.suspended}
        )
    )
    for repository_id, name in order.added:
        added = insert(repositories).values(id=repository_id, name=name, installation=order.installation)
        await connection.execute(
            added.on_conflict_do_update(
                index_elements=["id"],
                set_={
                    "name": added.excluded.name,
                    "installation": added.excluded.installation,
                    "removed_at": None,
                },
            )
        )
    gone = order.removed
    if order.suspended:
        of_it = select(repositories.c.id).where(repositories.c.installation == order.installation)
        gone = (*gone, *(await connection.scalars(of_it)).all())
    await stop_all(connection, gone)
    if order.removed:
        await connection.execute(
            update(repositories)
            .where(repositories.c.id.in_(order.removed), repositories.c.installation == order.installation)
            .values(removed_at=func.now())
        )


async def uninstalled(connection: AsyncConnection, order: Uninstalled) -> None:
    """Forget an installation, with its repositories, their jobs, and what was posted there.

    A job that is running hears at its next sign of life that it is not there any more.

    Args:
        connection: Inside a transaction.
        order: Which.
    """
    await connection.execute(installations.delete().where(installations.c.id == order.installation))
    await connection.execute(
        deliveries.delete().where(
            deliveries.c.installation == order.installation, deliveries.c.outcome != "waiting"
        )
    )
