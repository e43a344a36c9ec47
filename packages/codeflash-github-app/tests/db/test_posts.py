from __future__ import annotations

from attrs import evolve

from codeflash_github_app.db import installations, posts
from codeflash_github_app.db.posts import Post
from codeflash_github_app.orders import Repository
from codeflash_postgres.database import Database

CHECK = Post("check:pull-3", "check", "a" * 40)


async def known(database: Database, number: int = 11) -> int:
    async with database.begin() as connection:
        await installations.known(connection, Repository(7, number, f"acme/{number}", "main"))
    return number


async def test_nothing_is_known_of_what_was_never_posted(database: Database) -> None:
    assert await posts.find(database, await known(database), "check:pull-3") is None


async def test_what_is_about_to_be_posted_is_kept_without_a_number(database: Database) -> None:
    shop = await known(database)
    await posts.intend(database, shop, CHECK)
    assert await posts.find(database, shop, CHECK.key) == CHECK


async def test_what_stands_is_kept_and_an_intention_does_not_replace_it(database: Database) -> None:
    shop = await known(database)
    there = evolve(CHECK, number=99, url="https://github.com/x")
    await posts.intend(database, shop, CHECK)
    await posts.keep(database, shop, there)
    await posts.intend(database, shop, CHECK)
    assert await posts.find(database, shop, CHECK.key) == there
    await posts.keep(database, shop, evolve(there, number=100))
    assert await posts.find(database, shop, CHECK.key) == evolve(there, number=100)


async def test_repositories_do_not_share_keys(database: Database) -> None:
    shop, till = await known(database, 11), await known(database, 12)
    await posts.keep(database, shop, evolve(CHECK, number=1))
    assert await posts.find(database, till, CHECK.key) is None
