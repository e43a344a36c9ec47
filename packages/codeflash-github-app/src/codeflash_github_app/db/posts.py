"""What was posted on GitHub, or is about to be: so that it is changed there and never made twice."""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from codeflash_github_app.db.tables import posts
from codeflash_postgres.database import Database


@frozen
class Post:
    """Something of ours on GitHub.

    Attributes:
        key: The name that we gave it, within its repository.
        kind: What it is, such as ``check`` or ``comment``.
        place: Where it is: a commit, a pull request's number, a branch.
        number: GitHub's number for it; 0 while it is not known whether it is there.
        url: Where people read it.
    """

    key: str
    kind: str
    place: str
    number: int = 0
    url: str = ""


async def find(database: Database, repository_id: int, key: str) -> Post | None:
    """What is known under a key, or None.

    Args:
        database: The database.
        repository_id: The repository.
        key: The name that we gave it.

    Raises:
        DatabaseAway: The database is away.
    """
    wanted = posts.c.key, posts.c.kind, posts.c.place, posts.c.number, posts.c.url
    statement = select(*wanted).where(posts.c.repository_id == repository_id, posts.c.key == key)
    async with database.single() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Post(*row)


async def intend(database: Database, repository_id: int, post: Post, job_id: int | None = None) -> None:
    """Keep that something is about to be posted; what is known already under the key stays.

    Args:
        database: The database.
        repository_id: The repository.
        post: What.
        job_id: The job that posts it.

    Raises:
        DatabaseAway: The database is away.
    """
    async with database.single() as connection:
        await connection.execute(
            insert(posts).values(_values(repository_id, post, job_id)).on_conflict_do_nothing()
        )


async def keep(database: Database, repository_id: int, post: Post, job_id: int | None = None) -> None:
    """Keep what stands on GitHub under a key; it replaces what was kept before.

    Args:
        database: The database.
        repository_id: The repository.
        post: What.
        job_id: The job that posted it.

    Raises:
        DatabaseAway: The database is away.
    """
    values = _values(repository_id, post, job_id)
    changed = {name: value for name, value in values.items() if name not in ("repository_id", "key")}
    async with database.single() as connection:
        await connection.execute(
            insert(posts)
            .values(values)
            .on_conflict_do_update(
                index_elements=["repository_id", "key"], set_={**changed, "made_at": func.now()}
            )
        )


def _values(repository_id: int, post: Post, job_id: int | None) -> dict[str, object]:
    return {
        "repository_id": repository_id,
        "key": post.key,
        "kind": post.kind,
        "place": post.place,
        "number": post.number,
        "url": post.url,
        "job_id": job_id,
    }
