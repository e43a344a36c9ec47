"""Parts and what they are made of."""


class UnknownPart(KeyError):
    """The catalogue has no such part."""


class Catalogue:
    """Prices of bought parts in cents, recipes of made parts, and minutes of work for these."""

    def __init__(self, prices=None, recipes=None, minutes=None):
        self.prices = dict(prices or {})
        self.recipes = dict(recipes or {})
        self.minutes = dict(minutes or {})

    def parts(self):
        return sorted({*self.prices, *self.recipes})

    def recipe(self, part):
        """Pairs of component and quantity; none for a bought part."""
        if part in self.recipes:
            return self.recipes[part]
        if part in self.prices:
            return ()
        raise UnknownPart(f"no such part: {part}")
