"""What the status pages read out of real tables."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from codeflash_github_app.db.status import StatusTables
from codeflash_github_app.db.tables import installations, jobs, posts, repositories
from codeflash_github_app.status.values import PAGE, Filter
from codeflash_postgres.database import open_database
from codeflash_postgres.errors import DatabaseAway

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
async def filled(database):
    """Two installations, three repositories of which one was removed, and jobs of both that are left."""
    async with database.begin() as connection:
        await connection.execute(
            installations.insert(),
            [
                {"id": 1, "account": "acme", "suspended": False},
                {"id": 2, "account": "Zed", "suspended": True},
            ],
        )
        await connection.execute(
            repositories.insert(),
            [
                {"id": 10, "name": "acme/shop", "installation": 1, "removed_at": None},
                {"id": 11, "name": "acme/gone", "installation": 1, "removed_at": NOON},
                {"id": 20, "name": "Zed/zoo", "installation": 2, "removed_at": None},
            ],
        )
        for number in range(1, PAGE + 12):
            await connection.execute(
                jobs.insert().values(
                    key=f"job-{number}",
                    kind="optimize-pull" if number % 2 else "report-push",
                    repository_id=10 if number % 3 else 20,
                    repository_name="acme/shop" if number % 3 else "Zed/zoo",
                    installation=1,
                    number=number,
                    order={},
                    state="done" if number > 5 else "waiting",
                    result={"optimize": {"run": str(number)}} if number % 2 else None,
                )
            )
    return StatusTables(database)


async def test_repositories_are_counted_and_those_removed_left_out(filled):
    found = await filled.repositories("")
    assert [(each.name, each.account, each.suspended) for each in found] == [
        ("Zed/zoo", "Zed", True),
        ("acme/shop", "acme", False),
    ]
    assert sum(each.jobs for each in found) == PAGE + 11
    assert sum(each.unfinished for each in found) == 5
    assert [each.name for each in await filled.repositories("Zed/zoo")] == ["acme/shop"]
    assert await filled.repositories("acme/shop") == []


async def test_jobs_come_newest_first_a_page_and_one_more(filled):
    first = await filled.jobs(Filter())
    numbers = [each.id for each in first]
    assert len(numbers) == PAGE + 1
    assert numbers == sorted(numbers, reverse=True)
    rest = await filled.jobs(Filter(before=numbers[PAGE - 1]))
    assert len(rest) == 11
    assert not {each.id for each in rest} & set(numbers[:PAGE])


@pytest.mark.parametrize(
    ("wanted", "least"),
    [
        (Filter(state="waiting"), 5),
        (Filter(kind="report-push"), 20),
        (Filter(repository="zed/ZOO"), 15),
        (Filter(state="waiting", kind="optimize-pull", repository="acme/shop"), 2),
    ],
)
async def test_jobs_can_be_chosen(filled, wanted, least):
    found = await filled.jobs(wanted)
    assert len(found) >= least
    assert {each.state for each in found} <= {wanted.state or each.state for each in found}
    assert {each.kind for each in found} <= {wanted.kind or each.kind for each in found}
    if wanted.repository:
        assert {each.repository.lower() for each in found} == {wanted.repository.lower()}


async def test_a_name_with_signs_of_patterns_is_just_a_name(filled):
    assert await filled.jobs(Filter(repository="%")) == []
    assert await filled.jobs(Filter(repository="' or 1=1 --")) == []


async def test_a_job_is_read_with_its_result_and_what_it_posted(filled, database):
    (line,) = (await filled.jobs(Filter(state="waiting", kind="optimize-pull", repository="acme/shop")))[:1]
    async with database.begin() as connection:
        await connection.execute(
            posts.insert(),
            [
                {"repository_id": 10, "key": "a", "kind": "check", "place": "c", "url": "https://x.test/1", "job_id": line.id},
                {"repository_id": 10, "key": "b", "kind": "comment", "place": "c", "url": "", "job_id": line.id},
            ],
        )  # fmt: skip
    found = await filled.job(line.id)
    assert found.line == line
    assert found.result == {"optimize": {"run": str(line.number)}}
    assert found.posts == (("check", "https://x.test/1"),)
    assert found == evolve(found, message="")


async def test_a_job_that_is_not_there_is_none(filled):
    assert await filled.job(10**12) is None
    assert await filled.job(0) is None


async def test_a_database_that_is_away_is_told():
    away = open_database("postgresql://ada@127.0.0.1:1/none", patience=1.0)
    with pytest.raises(DatabaseAway):
        await StatusTables(away).jobs(Filter())
    await away.close()
