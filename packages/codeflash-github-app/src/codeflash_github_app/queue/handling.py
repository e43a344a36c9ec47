"""Handles a delivery of the inbox: what it asks for is done in one transaction with the note that it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import structlog
from attrs import frozen
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_core.errors import GitHubError
from codeflash_core.github import comments
from codeflash_core.github.access import Access
from codeflash_core.github.api import GitHub
from codeflash_github_app.db import inbox, installations, ordering
from codeflash_github_app.db.again import wanted_again
from codeflash_github_app.db.jobs import Due
from codeflash_github_app.jobs.asking import WRITERS
from codeflash_github_app.jobs.case import COMMENTS
from codeflash_github_app.order_records import loaded
from codeflash_github_app.orders import (
    Changed,
    CompareAsked,
    Ignored,
    Installed,
    OptimizeAsked,
    OptimizePull,
    Order,
    ReportPush,
    RunAgain,
    Stop,
    Uninstalled,
    Work,
)
from codeflash_github_app.queue.house import House

MOST_TRIES = 8
_log = structlog.get_logger("codeflash_github_app")


@frozen
class _Done:
    """What became of an order.

    Attributes:
        due: The jobs that wait now.
        ignored: Why nothing was done; empty where something was.
    """

    due: tuple[Due, ...] = ()
    ignored: str = ""


async def handle(house: House, delivery: str) -> None:
    """Handle a delivery; one that is handled already is left alone.

    Args:
        house: What is at hand.
        delivery: Its id.

    Raises:
        DatabaseAway: The database is away.
        GitHubError: GitHub could not be asked whether somebody may give an order.
    """
    order = await _order(house, delivery)
    if order is None:
        return
    refused = await _refusal(house, order)
    async with house.database.begin() as connection:
        if await inbox.take(connection, delivery) is None:
            return
        done = _Done(ignored=refused) if refused else await _carried_out(connection, order)
        outcome = "ignored" if done.ignored else "routed"
        await inbox.settle(connection, delivery, outcome, done.ignored)
    if isinstance(order, Uninstalled):
        house.tokens.forget(order.installation)
    await house.queue.run(done.due)


async def _order(house: House, delivery: str) -> Order | None:
    """What is asked for; None when it is handled."""
    async with house.database.begin() as connection:
        found = await inbox.take(connection, delivery)
        if found is None:
            return None
        try:
            return loaded(found.payload)
        except ValueError as problem:
            # Stored by another version: nothing that is tried again will change it.
            _log.error("an order that can't be read", delivery=delivery, problem=str(problem))
            await inbox.settle(connection, delivery, "failed", "an order of another version")
            return None


async def _refusal(house: House, order: Order) -> str:
    """Why an order is not obeyed; empty where it is. Jobs look it up themselves."""
    if not isinstance(order, Stop) or not order.author:
        return ""
    repository = order.repository
    try:
        token = await house.tokens.token(repository, COMMENTS)
        async with GitHub(Access(house.settings.api, token)) as github:
            may = await comments.permission(github, repository.name, order.author)
    except GitHubError as problem:
        if problem.passing:
            raise
        return "who asks can't be looked up"
    return "" if may in WRITERS else "its author may not give orders"


async def _carried_out(connection: AsyncConnection, order: Order) -> _Done:
    match order:
        case OptimizePull() | OptimizeAsked() | CompareAsked() | ReportPush():
            return _Done(await _ordered(connection, [order]))
        case RunAgain():
            works = await wanted_again(connection, order)
            if not works:
                return _Done(ignored="nothing is known of the check any more")
            return _Done(await _ordered(connection, works))
        case Stop():
            await ordering.stop(connection, order)
        case Installed():
            await installations.installed(connection, order)
        case Uninstalled():
            await installations.uninstalled(connection, order)
        case Changed():
            await installations.known(connection, order.repository)
        case Ignored():
            return _Done(ignored=order.why)
        case _:
            assert_never(order)
    return _Done()


async def _ordered(connection: AsyncConnection, works: Sequence[Work]) -> tuple[Due, ...]:
    await installations.known(connection, works[0].repository)
    due = [await ordering.order(connection, work) for work in works]
    return tuple(each for each in due if each is not None)
