"""Messages to customers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from shop.models import Order


async def announce(
    orders: list[Order], send: Callable[[str, str], Awaitable[None]], at_once: int = 5
) -> list[str]:
    """Tell every customer once that their orders are on the way; return whom it could not be told, sorted.

    At most ``at_once`` messages are under way at any time.
    """
    gate = asyncio.Semaphore(at_once)
    failed: list[str] = []

    async def tell(customer: str, numbers: list[int]) -> None:
        async with gate:
            try:
                await send(customer, subject(numbers))
            except ConnectionError:
                failed.append(customer)

    grouped: dict[str, list[int]] = {}
    for order in orders:
        grouped.setdefault(order.customer, []).append(order.number)
    await asyncio.gather(*(tell(customer, numbers) for customer, numbers in grouped.items()))
    return sorted(failed)


def subject(numbers: list[int]) -> str:
    """Return the subject line for some orders."""
    if len(numbers) == 1:
        return f"Your order {numbers[0]} is on its way"
    return f"Your orders {', '.join(str(number) for number in numbers)} are on their way"


def spelling_distance(left: str, right: str) -> int:
    """Return how many letters to insert, delete or change to get from one word to the other."""
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for row in range(len(left) + 1):
        table[row][0] = row
    for column in range(len(right) + 1):
        table[0][column] = column
    for row in range(1, len(left) + 1):
        for column in range(1, len(right) + 1):
            change = 0 if left[row - 1] == right[column - 1] else 1
            table[row][column] = min(
                table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + change
            )
    return table[len(left)][len(right)]


def did_you_mean(word: str, known: list[str]) -> str | None:
    """Return the known word that is nearest to ``word``, or None when none is near."""
    best, best_distance = None, 3
    for candidate in known:
        distance = spelling_distance(word.lower(), candidate.lower())
        if distance < best_distance:
            best, best_distance = candidate, distance
    return best
