"""Orders on their way from the web site to the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shop.models import Order, OrderLine, Product

OPEN_STATES = ("new", "paid", "picking")


def customers_in_order(orders: list[Order]) -> list[str]:
    """Return each customer once, in the order of their first purchase."""
    customers: list[str] = []
    for order in orders:
        if order.customer not in customers:
            customers.append(order.customer)
    return customers


def attach_products(
    lines: list[OrderLine], catalogue: list[Product]
) -> list[tuple[OrderLine, Product | None]]:
    """Pair every line with its article; an article that was delisted is None."""
    paired = []
    for line in lines:
        product = next((candidate for candidate in catalogue if candidate.sku == line.sku), None)
        paired.append((line, product))
    return paired


def returning_customers(this_month: list[str], last_month: list[str]) -> list[str]:
    """Return who bought in both months, in this month's order."""
    return [customer for customer in this_month if customer in last_month]


def warehouse_sequence(orders: list[Order]) -> list[int]:
    """Return the numbers of the orders so that none leaves before those it waits for.

    Orders that wait for one another for ever, or for an unknown order, are left out.
    """
    known = {order.number for order in orders}
    waiting = {order.number: {n for n in order.after if n in known} for order in orders}
    followers: dict[int, list[int]] = {}
    for order in orders:
        for earlier in order.after:
            followers.setdefault(earlier, []).append(order.number)
    queue = [order.number for order in orders if not order.after]
    sequence = []
    while queue:
        number = queue.pop(0)
        sequence.append(number)
        for follower in followers.get(number, ()):
            waiting[follower].discard(number)
            if not waiting[follower]:
                queue.append(follower)
    return sequence


def merge_lines(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Add up lines that sell the same article at the same price."""
    quantities: dict[tuple[str, int], int] = {}
    for line in lines:
        key = (line.sku, line.price_cents)
        quantities[key] = quantities.get(key, 0) + line.quantity
    return [OrderLine(sku, quantity, price) for (sku, price), quantity in quantities.items()]


def is_open(state: str) -> bool:
    """Return whether an order in ``state`` still needs work."""
    return state in OPEN_STATES


def all_lines(orders: list[Order]) -> list[OrderLine]:
    """Return the lines of all orders, one order after the other."""
    lines: list[OrderLine] = []
    for order in orders:
        lines = lines + order.lines
    return lines


def batches(orders: Iterable[Order], size: int) -> Iterator[list[Order]]:
    """Yield the orders in groups that fit on one picking trolley.

    Raises:
        ValueError: the trolley holds nothing.
    """
    if size < 1:
        raise ValueError(f"a trolley holds at least one order, not {size}")
    batch: list[Order] = []
    for order in orders:
        batch.append(order)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def distinct_gift_options(options: list[object]) -> list[object]:
    """Return the gift options without repeats.

    The web form sends plain names, but also lists such as ``["ribbon", "red"]`` and numbers.
    """
    chosen: list[object] = []
    for option in options:
        if option not in chosen:
            chosen.append(option)
    return chosen


def cancel(order: Order, reason: str) -> dict[str, object]:
    """Empty an order and return what goes into the log."""
    refunded = order.total_cents
    order.lines.clear()
    return {"order": order.number, "refund_cents": refunded, "reason": reason.strip() or "not given"}
