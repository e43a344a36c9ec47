"""Connections to Postgres: pooled, short, and with a clear answer when there is none."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]  # it comes without types
from attrs import field, frozen
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from codeflash_core.errors import UsageError
from codeflash_postgres.errors import DatabaseAway, RefusedStatement
from codeflash_postgres.prepared import Prepared

SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
# SQLSTATE classes and codes: connection trouble, not let in, no such database, out of resources, shutting down,
# a statement or a lock that took too long.
_AWAY = ("08", "28", "3D", "53", "57P", "57014", "55P03", "25P03")


@frozen
class Database:
    """A pool of connections.

    Attributes:
        engine: SQLAlchemy's engine.
        server: Names this process in the rows that it writes; new at each start.
    """

    engine: AsyncEngine
    server: uuid.UUID = field(factory=uuid.uuid4)

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside a transaction that is committed at the end and rolled back on errors.

        Never hold one while something other than the database is waited for.

        Raises:
            DatabaseAway: The database is away, too slow, or all connections are taken.
        """
        with _told():
            async with self.engine.begin() as connection:
                yield connection

    @contextlib.asynccontextmanager
    async def single(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which each statement is a transaction of its own: one round trip instead of three.

        Raises:
            DatabaseAway: As :meth:`begin`.
        """
        with _told():
            async with self.engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def one(self, statement: Prepared, values: Mapping[str, Any]) -> SimpleNamespace | None:
        """The first row of a statement that is a transaction of its own, with its columns as attributes.

        Args:
            statement: The statement.
            values: One for each of its names.

        Raises:
            DatabaseAway: As :meth:`begin`.
        """
        arguments = statement.arguments(values)
        with _told():
            async with self.engine.connect() as connection:
                driver = await _driver_of(connection)
                try:
                    row = await driver.fetchrow(statement.text, *arguments)
                except BaseException as problem:
                    # A cancelled one too: nobody knows what it was in the middle of.
                    if driver.is_closed() or not isinstance(problem, asyncpg.PostgresError):
                        await connection.invalidate(problem)
                    if isinstance(problem, asyncpg.PostgresError) and not _is_state_of_away(problem.sqlstate):
                        raise RefusedStatement(type(problem).__name__) from problem
                    raise
        return None if row is None else SimpleNamespace(**row)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def open_database(
    url: str,
    *,
    application: str = "codeflash",
    connections: int = 10,
    patience: float = 5.0,
    statement_seconds: float = 5.0,
) -> Database:
    """A database that connects when it is first used.

    Args:
        url: A Postgres URL as libpq understands it, ``postgresql+asyncpg://`` included.
        application: The program, as the database lists it.
        connections: Most connections at once.
        patience: Seconds to wait for a connection, new or from the pool.
        statement_seconds: Most seconds that one statement may take.

    Raises:
        UsageError: The URL is not one of Postgres.
    """
    dsn = plain_url(url)
    limits = {
        "application_name": application,
        "statement_timeout": str(int(statement_seconds * 1000)),
        "lock_timeout": str(int(statement_seconds * 1000)),
        "idle_in_transaction_session_timeout": str(int(statement_seconds * 4000)),
        "jit": "off",
    }

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(dsn, timeout=patience, server_settings=limits)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience,
        # Statements may hold a person's code: keep them out of errors.
        hide_parameters=True,
    )
    return Database(engine)


def plain_url(url: str) -> str:
    """The URL in the form that the driver reads.

    Raises:
        UsageError: It is not one of Postgres; the message does not repeat it, as it may hold a password.
    """
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in SCHEMES:
        raise UsageError(
            "DATABASE_URL is not the address of a Postgres database",
            "It looks like postgresql://user:password@host:5432/name.",
        )
    return f"postgresql{url[len(scheme) :]}"


async def _driver_of(connection: AsyncConnection) -> asyncpg.Connection:
    """The driver's own connection; a new one where that from the pool has ended, as after a restart of the database."""
    driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
    if driver.is_closed():
        await connection.invalidate()
        driver = (await connection.get_raw_connection()).driver_connection
    return driver


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Says in words of our own that the database can't be used; passes other errors on."""
    try:
        yield
    except PoolTimeout as problem:
        raise DatabaseAway("all database connections are in use", 1.0) from problem
    except DBAPIError as problem:
        if not is_away(problem):
            raise
        raise _away() from problem
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as problem:
        # What goes wrong while connecting comes straight from the driver.
        raise _away() from problem


def is_away(problem: DBAPIError) -> bool:
    """Whether the database could not do it now, as opposed to: the statement is wrong."""
    state = str(getattr(problem.orig, "sqlstate", None) or "")
    if state:
        return _is_state_of_away(state)
    return problem.connection_invalidated or isinstance(problem, InterfaceError | OperationalError)


def _is_state_of_away(state: str | None) -> bool:
    return (state or "").startswith(_AWAY)


def _away() -> DatabaseAway:
    return DatabaseAway("the database can't be reached or is too slow", 2.0)
