"""Visits all pages that can be reached."""

from crawler.site import Missing, absolute


async def crawl(site, start, limit=10_000):
    """Pages in the order of their distance from ``start``, and links that lead nowhere."""
    frontier = [start]
    seen = set()
    visited = []
    broken = []
    while frontier and len(visited) < limit:
        address = frontier.pop(0)
        try:
            links = await site.links(address)
        except Missing:
            broken.append(address)
            continue
        if address in seen:
            continue
        seen.add(address)
        visited.append(address)
        for link in links:
            target = absolute(address, link)
            if target is not None and target not in seen:
                frontier.append(target)
    return visited, broken


async def sitemap(site, start, limit=10_000):
    """A text with one line for each page, then the broken links."""
    visited, broken = await crawl(site, start, limit)
    lines = [f"{number:>5} {address}" for number, address in enumerate(visited, 1)]
    return "\n".join(lines + [f"  404 {address}" for address in broken])
