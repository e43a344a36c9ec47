"""One page from many sources."""

from __future__ import annotations

import asyncio

from feeds.source import Source, Unavailable


async def headlines_of(source: Source) -> tuple[list[str], str | None]:
    """The headlines of a source without blanks, or what went wrong."""
    try:
        found = await source.fetch()
    except Unavailable as problem:
        return [], str(problem)
    return [line.strip() for line in found if line.strip()], None


async def collect(sources: list[Source]) -> dict[str, object]:
    """Headlines by source, in the order of the sources, and the failures in that order too."""
    page: dict[str, list[str]] = {}
    failures: list[str] = []
    answers = await asyncio.gather(*(headlines_of(source) for source in sources))
    for source, (lines, failure) in zip(sources, answers, strict=True):
        if failure is not None:
            failures.append(failure)
            continue
        page.setdefault(source.name, []).extend(lines)
    return {"page": page, "failures": failures}


async def front_page(sources: list[Source], limit: int = 3) -> list[str]:
    """The first headlines of each source, each headline once, then the failures."""
    collected = await collect(sources)
    seen: dict[str, None] = {}
    for lines in collected["page"].values():
        seen.update(dict.fromkeys(lines[:limit]))
    return [*seen, *collected["failures"]]
