from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import text

from codeflash_core.errors import GitHubError
from codeflash_github_app.db import posts
from codeflash_github_app.db.posts import Post
from codeflash_github_app.order_records import loaded
from codeflash_github_app.orders import (
    Changed,
    CompareAsked,
    Ignored,
    Installed,
    OptimizeAsked,
    OptimizePull,
    ReportPush,
    Repository,
    RunAgain,
    Stop,
    Uninstalled,
)
from codeflash_github_app.queue import handling
from codeflash_github_app.queue.handling import handle

SHOP = Repository(7, 11, "acme/shop", "main")


async def test_an_order_becomes_a_job_in_the_queue(bench: Any, pull: Callable[..., Any]) -> None:
    delivery = await bench.delivered(pull())
    await handle(bench.house, delivery)
    assert await bench.outcome(delivery) == ("routed", "")
    assert [job["state"] for job in await bench.jobs()] == ["waiting"]
    assert await bench.entries() == [("run_job", "todo")]


async def test_a_delivery_that_is_handled_twice_at_once_is_handled_once(
    bench: Any, pull: Callable[..., Any]
) -> None:
    delivery = await bench.delivered(pull())
    await asyncio.gather(*(handle(bench.house, delivery) for _ in range(5)))
    await handle(bench.house, delivery)
    assert len(await bench.jobs()) == 1
    assert await bench.entries() == [("run_job", "todo")]


async def test_a_delivery_that_nobody_knows_is_left_alone(bench: Any) -> None:
    await handle(bench.house, "never-seen")


async def test_a_closed_pull_request_ends_its_jobs(bench: Any, pull: Callable[..., Any]) -> None:
    await handle(bench.house, await bench.delivered(pull()))
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 3)))
    assert [job["state"] for job in await bench.jobs()] == ["stopped"]


@pytest.mark.parametrize(
    ("permission", "state", "told"),
    [
        ("write", "stopped", ("routed", "")),
        ("admin", "stopped", ("routed", "")),
        ("read", "waiting", ("ignored", "its author may not give orders")),
        ("none", "waiting", ("ignored", "its author may not give orders")),
    ],
)
async def test_a_stop_that_a_person_asks_for_is_obeyed_if_they_may_write(
    bench: Any,
    pull: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    permission: str,
    state: str,
    told: tuple[str, str],
) -> None:
    asked = []

    async def looked_up(github: Any, repository: str, person: str) -> str:
        asked.append((repository, person))
        return permission

    monkeypatch.setattr(handling.comments, "permission", looked_up)
    await handle(bench.house, await bench.delivered(pull()))
    delivery = await bench.delivered(Stop(pull().repository, 3, "ada"))
    await handle(bench.house, delivery)
    assert asked == [("acme/11", "ada")]
    assert [job["state"] for job in await bench.jobs()] == [state]
    assert await bench.outcome(delivery) == told


@pytest.mark.parametrize("passing", [True, False])
async def test_a_stop_waits_for_github_and_is_refused_when_it_will_not_say(
    bench: Any, pull: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, passing: bool
) -> None:
    async def away(github: Any, repository: str, person: str) -> str:
        raise GitHubError("away", passing=passing)

    monkeypatch.setattr(handling.comments, "permission", away)
    delivery = await bench.delivered(Stop(SHOP, 3, "ada"))
    if passing:
        with pytest.raises(GitHubError):
            await handle(bench.house, delivery)
        assert await bench.outcome(delivery) == ("waiting", "")
    else:
        await handle(bench.house, delivery)
        assert await bench.outcome(delivery) == ("ignored", "who asks can't be looked up")


async def test_installations_come_change_and_go(bench: Any, pull: Callable[..., Any]) -> None:
    async def names() -> list[str]:
        async with bench.database.single() as connection:
            found = await connection.scalars(
                text("select name from repositories where removed_at is null order by name")
            )
            return list(found.all())

    await handle(
        bench.house, await bench.delivered(Installed(7, "acme", ((11, "acme/shop"), (12, "acme/till"))))
    )
    assert await names() == ["acme/shop", "acme/till"]
    await handle(bench.house, await bench.delivered(Installed(7, "acme", removed=(12,))))
    await handle(bench.house, await bench.delivered(Changed(Repository(7, 11, "acme/store", "trunk"))))
    assert await names() == ["acme/store"]
    await handle(bench.house, await bench.delivered(pull()))
    gone = await bench.delivered(Uninstalled(7))
    await handle(bench.house, gone)
    assert await names() == []
    assert await bench.jobs() == []
    assert bench.house.tokens.forgotten == [7]
    assert await bench.outcome(gone) == ("routed", "")


async def test_an_order_of_another_version_has_failed_at_once(bench: Any) -> None:
    delivery = await bench.delivered(Ignored("x"))
    async with bench.database.single() as connection:
        await connection.execute(text("""update deliveries set payload = '{"kind": "fly"}'"""))
    await handle(bench.house, delivery)
    assert await bench.outcome(delivery) == ("failed", "an order of another version")


async def test_a_server_that_is_killed_after_the_job_was_made_loses_nothing(
    bench: Any, pull: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def killed(self: Any, due: Any) -> None:
        raise Killed

    from codeflash_github_app.queue.broker import Queue

    delivery = await bench.delivered(pull())
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Queue, "run", killed)
        await handle(bench.house, delivery)
    assert await bench.entries() == []
    async with bench.working():
        await bench.until_state("done")
    assert len(bench.ran) == 1


async def shown(bench: Any, order: Any, key: str, commit: str = "a" * 40) -> None:
    """A job with a check run."""
    await handle(bench.house, await bench.delivered(order))
    job = (await bench.jobs())[-1]
    await posts.keep(bench.database, 11, Post(f"check:{key}", "check", commit, 5), job["id"])


OF_COMMIT = {
    f"pull-3-{'a' * 40}": OptimizePull(SHOP, 3, "a" * 40),
    "asked-98": OptimizeAsked(SHOP, 3, "a.py::f", 98, "eve"),
    "asked-99": CompareAsked(SHOP, 3, 99, "eve"),
    f"push-{'a' * 40}": ReportPush(SHOP, "b" * 40, "a" * 40),
}


@pytest.mark.parametrize("key", OF_COMMIT)
async def test_a_check_that_is_run_again_leads_to_the_same_work_for_whoever_wants_it(
    bench: Any, key: str
) -> None:
    for name, order in OF_COMMIT.items():
        await shown(bench, order, name)
    before = len(await bench.jobs())
    again = RunAgain(SHOP, "a" * 40, key, "5-2026", "ada")
    for _ in range(2):
        assert await bench.outcome(await handled(bench, again)) == ("routed", "")
    (job,) = (await bench.jobs())[before:]
    assert loaded(job["order"]) == evolve(OF_COMMIT[key], again="5-2026", author="ada")


async def handled(bench: Any, order: Any) -> str:
    delivery: str = await bench.delivered(order)
    await handle(bench.house, delivery)
    return delivery


async def test_all_checks_of_a_commit_are_run_again_each_once(bench: Any) -> None:
    for name, order in OF_COMMIT.items():
        await shown(bench, order, name)
    await shown(bench, evolve(OF_COMMIT["asked-99"], again="1"), "asked-99-1")
    await shown(bench, OptimizePull(SHOP, 4, "c" * 40), "pull-4", "c" * 40)
    before = len(await bench.jobs())
    await handled(bench, RunAgain(SHOP, "a" * 40, "", "5-2026", "ada"))
    assert {loaded(job["order"]) for job in (await bench.jobs())[before:]} == {
        evolve(each, again="5-2026", author="ada") for each in OF_COMMIT.values()
    }


@pytest.mark.parametrize("key", ["pull-9", ""])
async def test_a_check_that_nobody_knows_is_not_run_again(bench: Any, key: str) -> None:
    delivery = await handled(bench, RunAgain(SHOP, "a" * 40, key, "5-2026", "ada"))
    assert await bench.outcome(delivery) == ("ignored", "nothing is known of the check any more")
