"""Figures for the owner."""

from __future__ import annotations

from shop.models import Order, OrderLine

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def orders_per_country(orders: list[Order]) -> dict[str, int]:
    """Return how many orders went to each country."""
    counts: dict[str, int] = {}
    for order in orders:
        if order.country in counts:
            counts[order.country] += 1
        else:
            counts[order.country] = 1
    return counts


def revenue_by_country(orders: list[Order], countries: list[str]) -> dict[str, int]:
    """Return the revenue in cents for each of ``countries``, also for those without an order."""
    return {
        country: sum(order.total_cents for order in orders if order.country == country)
        for country in countries
    }


def best_sellers(lines: list[OrderLine], limit: int = 10) -> list[tuple[str, int]]:
    """Return the articles that sold the most pieces; among equals the one that sold first stands first."""
    pieces: dict[str, int] = {}
    for line in lines:
        pieces[line.sku] = pieces.get(line.sku, 0) + line.quantity
    return sorted(pieces.items(), key=lambda item: -item[1])[:limit]


def top_order(orders: list[Order]) -> Order:
    """Return the most expensive order; of several, the latest.

    Raises:
        IndexError: there is no order.
    """
    return sorted(orders, key=lambda order: order.total_cents)[-1]


def share_of_revenue(amounts: list[int]) -> list[float]:
    """Return each amount as a share of all of them, rounded to a tenth of a percent."""
    shares = []
    for amount in amounts:
        shares.append(round(100 * amount / sum(amounts), 1))
    return shares


def histogram(values: list[int], width: int = 40) -> str:
    """Return a text chart with one bar a value."""
    longest = max(values, default=0)
    chart = ""
    for month, value in zip(MONTHS, values):
        bar = "#" * (value * width // longest if longest else 0)
        chart += f"{month} {bar} {value}\n"
    return chart


def average_basket(orders: list[Order]) -> float:
    """Return the mean order in cents; no order, no basket."""
    return sum(order.total_cents for order in orders) / len(orders) if orders else 0.0


def print_summary(orders: list[Order]) -> None:
    """Print the figures that the owner wants to see every morning."""
    print(f"{len(orders)} orders, {average_basket(orders) / 100:.2f} each")
    for country, count in sorted(orders_per_country(orders).items()):
        print(f"  {country}: {count}")


def to_csv(orders: list[Order]) -> str:
    """Return the orders for the accountant's spreadsheet."""
    text = "number;customer;country;cents\n"
    for order in orders:
        text = text + f"{order.number};{order.customer};{order.country};{order.total_cents}\n"
    return text
