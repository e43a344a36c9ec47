"""Rates, labels and baskets: what is read here changes elsewhere."""

import os
import threading

from ledger import settings
from ledger.settings import RATES

TICKETS = {"last": 0}
LOCK = threading.Lock()
discounts = [("gold", 20), ("silver", 10)]


def convert(amounts: list, currency: str) -> list:
    """Amounts in cents of a euro, by the rates of now."""
    found = []
    for amount in amounts:
        rate = 0
        for name in RATES:
            if name == currency:
                rate = RATES[name]
        found.append(amount * rate)
    return found


def with_fee(amount: int) -> int:
    """An amount and the fee of now."""
    fee = 0
    for _ in range(settings.fee_percent):
        fee = fee + amount
    return amount * 100 + fee


def discount(level: str) -> int:
    """The discount of a level, or none."""
    found = 0
    for name, percent in discounts:
        if name == level:
            found = percent
    return found


def described(kind: str, amount: int) -> str:
    """A line for an amount, with the label of now."""
    text = ""
    for part in (settings.labels.get(kind, kind), ":", str(amount)):
        text = text + part
    return text


def total_of(entries: list) -> int:
    """The sum of the entries' amounts."""
    result = 0
    for at in range(len(entries)):
        result = result + entries[at]["amount"]
    return result


def priced(orders, rates: dict):
    """Each order's price, by the rates at the time it is asked for."""
    for name, count in orders:
        price = 0
        for known in rates:
            if known == name:
                price = rates[known]
        yield name, count * price


def valued(amounts, currency: str):
    """Each amount by the rate at the time it is asked for."""
    for amount in amounts:
        rate = 0
        for name in RATES:
            if name == currency:
                rate = RATES[name]
        yield amount * rate


def greeting(name: str) -> str:
    """A greeting in the language of the environment."""
    word = "Hello" if os.environ.get("LEDGER_LANGUAGE", "en") == "en" else "Hallo"
    text = word + ","
    for part in name.split():
        text = text + " " + part
    return text


def limit_of(path: str) -> int:
    """The limit that a file holds; 0 where there is none."""
    if not os.path.exists(path):
        return 0
    result = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("limit="):
                result = int(line[6:])
    return result


def ticket(owner: str) -> str:
    """The next ticket; one at a time."""
    with LOCK:
        number = TICKETS["last"] + 1
        TICKETS["last"] = number
        text = ""
        for part in (owner, "#", str(number)):
            text = text + part
    return text


class Line:
    """Some pieces of one thing."""

    def __init__(self, name, pieces=1, price=0):
        self.name = name
        self.pieces = pieces
        self.price = price


class Basket:
    """Lines, and what they cost together."""

    def __init__(self, lines=()):
        self.lines = list(lines)
        self.discount = 0

    def cost(self) -> int:
        """What all lines cost, less the discount."""
        result = 0
        for at in range(len(self.lines)):
            line = self.lines[at]
            result = result + line.pieces * line.price
        return result - self.discount

    def names(self) -> list:
        """The names of the lines, each once."""
        found = []
        for line in self.lines:
            if line.name not in found:
                found.append(line.name)
        return found
