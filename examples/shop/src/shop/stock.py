"""What lies in the warehouse."""

from __future__ import annotations

from shop.models import OrderLine, Product


class OutOfStock(Exception):
    """There is less on the shelf than was asked for."""


class Stock:
    """Pieces on the shelf, by article, and those that are promised to orders."""

    def __init__(self, pieces: dict[str, int]) -> None:
        self._pieces = dict(pieces)
        self._reserved: dict[str, int] = {}
        self.movements: list[tuple[str, int]] = []

    def available(self, sku: str) -> int:
        """Return how many pieces may still be promised."""
        return self._pieces.get(sku, 0) - self._reserved.get(sku, 0)

    @property
    def total(self) -> int:
        """All pieces on the shelf, promised or not."""
        return sum(self._pieces.values())

    def reserve(self, lines: list[OrderLine]) -> None:
        """Promise all lines, or none.

        Raises:
            OutOfStock: a line asks for more than is available.
        """
        for line in lines:
            if self.available(line.sku) < line.quantity:
                raise OutOfStock(f"{line.sku}: {line.quantity} wanted, {self.available(line.sku)} left")
        for line in lines:
            self._reserved[line.sku] = self._reserved.get(line.sku, 0) + line.quantity
            self.movements.append((line.sku, -line.quantity))

    def count(self, counted: dict[str, int]) -> list[str]:
        """Take the result of a stocktaking; return the articles whose number changed."""
        changed = sorted(sku for sku, pieces in counted.items() if self._pieces.get(sku) != pieces)
        self._pieces.update(counted)
        return changed

    def movements_of(self, skus: list[str]) -> dict[str, int]:
        """Return the net movement of each article in ``skus``."""
        return {sku: sum(pieces for moved, pieces in self.movements if moved == sku) for sku in skus}


def missing_articles(wanted: list[str], shelf: list[str]) -> list[str]:
    """Return the articles that are wanted and not on the shelf, sorted, without repeats."""
    missing = []
    for sku in wanted:
        if sku not in shelf and sku not in missing:
            missing.append(sku)
    missing.sort()
    return missing


def supplier_orders(products: list[Product], pieces: dict[str, int], minimum: int) -> dict[str, list[str]]:
    """Return what to order from each supplier, for every article below ``minimum``."""
    orders: dict[str, list[str]] = {}
    for product in products:
        if pieces.get(product.sku, 0) < minimum:
            orders.setdefault(product.supplier, []).append(product.sku)
    return orders


def fewest_parcels(pieces: int, sizes: tuple[int, ...]) -> int | None:
    """Return the smallest number of parcels that hold exactly ``pieces``, or None when no set of them does."""
    if pieces == 0:
        return 0
    best = None
    for size in sizes:
        if size <= pieces:
            rest = fewest_parcels(pieces - size, sizes)
            if rest is not None and (best is None or rest + 1 < best):
                best = rest + 1
    return best
