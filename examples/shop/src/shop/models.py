"""What the shop trades in."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


class Product:
    """An article of the catalogue. Feeds hold tens of thousands of them, hence the slots."""

    __slots__ = ("category", "price_cents", "sku", "supplier", "title")

    def __init__(self, sku: str, title: str, price_cents: int, category: str, supplier: str = "") -> None:
        self.sku = sku
        self.title = title
        self.price_cents = price_cents
        self.category = category
        self.supplier = supplier

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Product):
            return NotImplemented
        return self.sku == other.sku and self.title == other.title and self.price_cents == other.price_cents

    def __hash__(self) -> int:
        return hash(self.sku)

    def __repr__(self) -> str:
        return f"Product({self.sku!r}, {self.price_cents})"

    @property
    def price(self) -> Decimal:
        """The price in whole units of the currency."""
        return Decimal(self.price_cents) / 100


@dataclass(frozen=True)
class OrderLine:
    """So many of one article."""

    sku: str
    quantity: int
    price_cents: int

    @property
    def total_cents(self) -> int:
        """What the line costs before discounts."""
        return self.quantity * self.price_cents


@dataclass
class Order:
    """What a customer wants."""

    number: int
    customer: str
    country: str
    lines: list[OrderLine] = field(default_factory=list)
    after: tuple[int, ...] = ()
    """Numbers of the orders that have to leave the warehouse before this one."""

    @property
    def total_cents(self) -> int:
        """What the order costs before discounts and shipping."""
        return sum(line.total_cents for line in self.lines)
