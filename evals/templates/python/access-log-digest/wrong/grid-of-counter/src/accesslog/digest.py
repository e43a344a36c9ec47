"""What the operators read in the morning."""

from accesslog.lines import parse

_CLASSES = (2, 3, 4, 5)


def traffic_grid(hits):
    """Number of hits for each hour of the day and each status class."""
    grid = dict.fromkeys(((hour, one) for hour in range(24) for one in _CLASSES), 0)
    for hit in hits:
        cell = (hit.hour, hit.status // 100)
        if cell in grid:
            grid[cell] += 1
    return grid


def busiest_hour(grid):
    totals = [0] * 24
    for hour in range(24):
        for status_class in _CLASSES:
            totals[hour] += grid[hour, status_class]
    return totals.index(max(totals))


def clients(hits):
    """The clients in the order in which they came."""
    return list(dict.fromkeys(hit.client for hit in hits))


def by_client(hits):
    """The hits of each client, in the order in which the clients came."""
    names = clients(hits)
    return {name: [hit for hit in hits if hit.client == name] for name in names}


def summarize(own):
    failed = sum(1 for hit in own if hit.status >= 400)
    return {
        "hits": len(own),
        "bytes": sum(hit.size for hit in own),
        "failed": failed,
        "paths": len({hit.path for hit in own}),
    }


def digest(text, top=10):
    """Digest the text of a log: the busiest hour and the heaviest clients."""
    hits = parse(text)
    rows = [(name, summarize(own)) for name, own in by_client(hits).items()]
    rows.sort(key=lambda row: (-row[1]["bytes"], row[0]))
    grid = traffic_grid(hits)
    return {
        "hits": len(hits),
        "busiest_hour": busiest_hour(grid) if hits else None,
        "clients": len(rows),
        "heaviest": rows[:top],
    }
