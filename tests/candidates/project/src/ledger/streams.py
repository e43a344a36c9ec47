"""Readings that arrive one by one, and lookups that wait."""

import asyncio

JOURNAL: list[str] = []


def batches(lines, size: int):
    """Lists of so many lines, as they arrive."""
    batch = []
    for line in lines:
        batch = batch + [line]
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def changes(readings):
    """Each reading that is not the one before."""
    seen = []
    for reading in readings:
        if not seen or seen[-1] != reading:
            yield reading
        seen = seen + [reading]


async def fetch(key: str) -> int:
    """Ask for one key; every question is kept in the journal."""
    JOURNAL.append(key)
    await asyncio.sleep(0)
    if not key:
        raise KeyError(key)
    return len(key)


async def fetch_all(keys: list[str]) -> dict[str, int]:
    """The answer for each key, asked one after the other."""
    found = {}
    for key in keys:
        if key not in list(found.keys()):
            found[key] = await fetch(key)
    return found
