"""Prices by article and day."""


from bisect import bisect_right
from operator import itemgetter


class NoPrice(LookupError):
    """The article has no price on that day."""


class PriceBook:
    """For each article, its changes as (day, cents) in order of the day; one change for a day."""

    def __init__(self):
        self.changes = {}

    def change(self, article, day, cents):
        """Enter or correct the price that holds from a day on."""
        if cents < 0:
            raise ValueError(f"a price of {cents}")
        history = self.changes.setdefault(article, [])
        for position, (known, _) in enumerate(history):
            if known == day:
                history[position] = (day, cents)
                return
            if known > day:
                history.insert(position, (day, cents))
                return
        history.append((day, cents))

    def price_of(self, article, day):
        """The price that holds on a day: of the last change up to it."""
        history = self.changes.get(article, ())
        position = bisect_right(history, day, key=itemgetter(0))
        if position == 0:
            raise NoPrice(f"{article} has no price on day {day}")
        return history[position - 1][1]
