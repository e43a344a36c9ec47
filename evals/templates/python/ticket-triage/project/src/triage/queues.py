"""Which queue a ticket belongs to."""

from triage.spelling import closest
from triage.words import shares, tokens

QUEUES = {
    "billing": ("invoice", "refund", "charge", "card", "payment"),
    "access": ("password", "login", "account", "locked", "use"),
    "delivery": ("parcel", "courier", "late", "address", "tracking"),
}


def named_queue(ticket):
    """The queue that the ticket's tag names, forgiving misspelling."""
    tag = ticket.get("tag", "")
    return closest(tag.lower(), QUEUES) if tag else None


def score(counts):
    return {queue: sum(counts.get(word, 0) for word in words) for queue, words in QUEUES.items()}


def route(ticket):
    """Return the queue for a ticket: by its tag, else by its words, else ``general``."""
    named = named_queue(ticket)
    if named is not None:
        return named
    points = score(shares(tokens(ticket["text"])))
    queue = max(points, key=points.__getitem__)
    return queue if points[queue] else "general"


def triage(tickets):
    """Numbers of the tickets of each queue."""
    routed = {}
    for ticket in tickets:
        routed.setdefault(route(ticket), []).append(ticket["number"])
    return routed
