"""A database that can be used: the one that is named, or the embedded one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path


@contextlib.contextmanager
def usable_database(
    url: str, data: Path, meanwhile: Callable[[], None] | None = None, *, alone: bool = False
) -> Iterator[str]:
    """The address of a database that can be used until the end of the block.

    Without an address the Postgres in the data folder is used; it is started, and stopped again, unless a service is
    running on it.

    Args:
        url: The address; empty for the embedded one.
        data: The data folder.
        meanwhile: Called while Postgres starts, which takes about a second.
        alone: Whether a service on the same folder is refused instead of shared with.

    Raises:
        PrerequisiteError: Postgres does not start.
    """
    if url:
        yield url
        return
    from codeflash_postgres.embedded.server import EmbeddedPostgres

    embedded = EmbeddedPostgres(data)
    with ThreadPoolExecutor(1) as pool, contextlib.ExitStack() as stack:
        stack.callback(embedded.stop)
        starting = pool.submit(embedded.start if alone else embedded.start_or_join)
        # Whatever comes between, it is stopped only after it has been started.
        stack.callback(wait, [starting])
        if meanwhile is not None:
            meanwhile()
        starting.result()
        yield embedded.url
