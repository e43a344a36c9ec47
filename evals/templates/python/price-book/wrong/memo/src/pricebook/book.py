"""Prices by article and day."""


_KNOWN = {}


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
        if (article, day) in _KNOWN:
            return _KNOWN[article, day]
        price = None
        for start, cents in self.changes.get(article, ()):
            if start <= day:
                price = cents
        if price is None:
            raise NoPrice(f"{article} has no price on day {day}")
        _KNOWN[article, day] = price
        return price
