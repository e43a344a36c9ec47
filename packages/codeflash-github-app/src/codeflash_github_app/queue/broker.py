"""Puts work into the queue; the tables of the inbox and the jobs stay the truth, and the queue wakes who works on them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job as Entry
from procrastinate.jobs import Status
from psycopg_pool import PoolTimeout

from codeflash_github_app.db.jobs import Due
from codeflash_postgres.database import plain_url
from codeflash_postgres.errors import DatabaseAway

INBOX, JOBS = "inbox", "jobs"
"""Queues: deliveries never wait behind jobs, which take minutes."""
HANDLE, RUN = "handle_delivery", "run_job"
_SCHEMA = "-c search_path=queue"
_log = structlog.get_logger("codeflash_github_app")


class Queue:
    """The queue, once it is opened."""

    def __init__(self, app: App) -> None:
        """Prepare.

        Args:
            app: The library's application, open.
        """
        self.app = app

    async def deliver(self, delivery: str, repository_id: int) -> bool:
        """Have a delivery handled; those of one repository are handled in the order in which they came.

        Args:
            delivery: Its id; it is in the inbox.
            repository_id: Its repository; 0 for none.

        Returns:
            Whether it is in the queue. Where it is not, the sweep tries again.
        """
        lock = f"inbox:{repository_id}"
        return await self._defer(HANDLE, INBOX, lock, f"delivery:{delivery}", delivery=delivery)

    async def run(self, due: Iterable[Due]) -> None:
        """Have jobs carried out: one of each repository at a time.

        Args:
            due: The jobs; they wait. Those that can't be put into the queue now are found by the sweep.
        """
        for each in due:
            await self._defer(
                RUN, JOBS, f"jobs:{each.repository_id}", f"job:{each.job_id}", job_id=each.job_id
            )

    async def revive(self, seconds: float) -> int:
        """Put back what was begun by workers that are not seen any more.

        Args:
            seconds: How long they were not seen.

        Returns:
            How many.

        Raises:
            DatabaseAway: The database is away.
        """
        with told():
            stalled: Iterable[Entry] = await self.app.job_manager.get_stalled_jobs(
                seconds_since_heartbeat=seconds
            )
            count = 0
            for each in stalled:
                try:
                    await self.app.job_manager.retry_job(each)
                except UniqueViolation:
                    # The sweep was faster: it waits a second time already.
                    assert each.id is not None
                    await self.app.job_manager.finish_job_by_id_async(each.id, Status.FAILED, delete_job=True)
                count += 1
            await self.app.job_manager.prune_stalled_workers(seconds)
        return count

    async def drop(self, entries: Iterable[int]) -> None:
        """Take entries out of the queue that nobody works on; the sweep puts in again what still waits.

        Args:
            entries: Their numbers.

        Raises:
            DatabaseAway: The database is away.
        """
        with told():
            for each in entries:
                # It may have come to its end in the meantime.
                with contextlib.suppress(ConnectorException):
                    await self.app.job_manager.finish_job_by_id_async(each, Status.FAILED, delete_job=True)

    async def forget(self, hours: int) -> None:
        """Remove entries that have been finished for so long.

        Raises:
            DatabaseAway: The database is away.
        """
        with told():
            await self.app.job_manager.delete_old_jobs(
                hours, include_failed=True, include_cancelled=True, include_aborted=True
            )

    async def _defer(self, task: str, queue: str, lock: str, once: str, **arguments: Any) -> bool:
        try:
            await self.app.configure_task(task, queue=queue, lock=lock, queueing_lock=once).defer_async(
                **arguments
            )
        except AlreadyEnqueued:
            return True
        except (ConnectorException, psycopg.Error, PoolTimeout, OSError) as problem:
            _log.warning("not put into the queue", task=task, kind=type(problem).__name__)
            return False
        return True


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Says of the queue's connections, too, that the database is away.

    Raises:
        DatabaseAway: It is.
    """
    try:
        yield
    except (ConnectorException, psycopg.OperationalError, PoolTimeout, OSError) as problem:
        raise DatabaseAway("the database can't be reached or is too slow", 2.0) from problem


@contextlib.asynccontextmanager
async def opened(url: str, connections: int = 4, patience: float = 5.0) -> AsyncIterator[Queue]:
    """The queue of a database, for as long as the block runs.

    Args:
        url: The database.
        connections: Most connections at once.
        patience: Seconds to wait for one.

    Raises:
        DatabaseAway: The database is away.
    """
    connector = PsycopgConnector(
        conninfo=plain_url(url),
        kwargs={"options": _SCHEMA, "application_name": "codeflash-github-app queue"},
        min_size=1,
        max_size=max(2, connections),
        timeout=patience,
    )
    app = App(connector=connector)
    with told():
        await app.open_async()
    try:
        yield Queue(app)
    finally:
        await app.close_async()
