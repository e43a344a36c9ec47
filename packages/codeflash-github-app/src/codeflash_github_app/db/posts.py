"""What was posted on GitHub, so that it is changed there and never made twice."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from codeflash_github_app.db.tables import posts
from codeflash_postgres.database import Database


@frozen
class Post:
    """Something of ours on GitHub.

    Attributes:
        key: What it is for, within the repository, such as ``check:<head>`` or ``comment:<number>``.
        remote_id: GitHub's id of it, or a pull request's number.
        url: Where people see it.
        digest: Of what was posted, to know whether there is anything to change.
        job_id: The job that posted it last, or None where it is forgotten.
        made_at: When it was posted or changed last.
    """

    key: str
    remote_id: int
    url: str
    digest: str
    job_id: int | None
    made_at: datetime


async def find(database: Database, repository_id: int, key: str) -> Post | None:
    """What stands on GitHub for a key, or None.

    Args:
        database: The database.
        repository_id: The repository.
        key: What it is for.

    Raises:
        DatabaseAway: The database is away.
    """
    wanted = posts.c.key, posts.c.remote_id, posts.c.url, posts.c.digest, posts.c.job_id, posts.c.made_at
    statement = select(*wanted).where(posts.c.repository_id == repository_id, posts.c.key == key)
    async with database.single() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Post(*row)


async def under(database: Database, repository_id: int, prefix: str) -> tuple[Post, ...]:
    """What stands on GitHub for all keys that begin so, the oldest first.

    Args:
        database: The database.
        repository_id: The repository.
        prefix: How the keys begin.

    Raises:
        DatabaseAway: The database is away.
    """
    wanted = posts.c.key, posts.c.remote_id, posts.c.url, posts.c.digest, posts.c.job_id, posts.c.made_at
    statement = (
        select(*wanted)
        .where(posts.c.repository_id == repository_id, posts.c.key.startswith(prefix, autoescape=True))
        .order_by(posts.c.id)
    )
    async with database.single() as connection:
        return tuple(Post(*row) for row in (await connection.execute(statement)).all())


async def keep(
    database: Database,
    repository_id: int,
    key: str,
    *,
    remote_id: int,
    url: str = "",
    digest: str = "",
    job_id: int | None = None,
) -> None:
    """Note what stands on GitHub for a key; it replaces what was noted before.

    Args:
        database: The database.
        repository_id: The repository.
        key: What it is for.
        remote_id: GitHub's id of it.
        url: Where people see it.
        digest: Of what was posted.
        job_id: The job that posted it.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = insert(posts).values(
        repository_id=repository_id,
        key=key,
        remote_id=remote_id,
        url=url,
        digest=digest,
        job_id=job_id,
    )
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["repository_id", "key"],
        set_={
            "remote_id": new.remote_id,
            "url": new.url,
            "digest": new.digest,
            "job_id": new.job_id,
            "made_at": func.now(),
        },
    )
    async with database.single() as connection:
        await connection.execute(statement)


async def forget(database: Database, repository_id: int, key: str) -> None:
    """Forget what stood on GitHub for a key, because it does not any more.

    Args:
        database: The database.
        repository_id: The repository.
        key: What it was for.

    Raises:
        DatabaseAway: The database is away.
    """
    async with database.single() as connection:
        await connection.execute(
            posts.delete().where(posts.c.repository_id == repository_id, posts.c.key == key)
        )
