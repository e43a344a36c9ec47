"""Catalogue feeds of suppliers: lines of text in, articles out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shop.models import Product

SEPARATOR = ";"
_SPACES = re.compile(r"\s+")


class FeedError(ValueError):
    """A feed cannot be read."""


def normalize_sku(text: str) -> str:
    """Return an article number the way the shop writes it: ``AB-00123``.

    Raises:
        FeedError: it is no article number.
    """
    pattern = re.compile(r"^\s*([A-Za-z]{2})[\s_-]*(\d{1,5})\s*$")
    found = pattern.match(text)
    if found is None:
        raise FeedError(f"not an article number: {text!r}")
    return f"{found.group(1).upper()}-{int(found.group(2)):05d}"


def clean_title(title: str) -> str:
    """Return a title without control characters and superfluous space."""
    cleaned = ""
    for character in title:
        if character >= " " and character != "\x7f":
            cleaned += character
        else:
            cleaned += " "
    return _SPACES.sub(" ", cleaned).strip()


def slug(title: str) -> str:
    """Return the part of a web address that stands for a title."""
    lowered = title.lower()
    lowered = re.sub("ä", "ae", lowered)
    lowered = re.sub("ö", "oe", lowered)
    lowered = re.sub("ü", "ue", lowered)
    lowered = re.sub("ß", "ss", lowered)
    return re.sub(r"[^a-z0-9]+", "-", lowered).strip("-")


def display_width(title: str) -> int:
    """Return how many columns a title takes in the terminal of the picking station."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in title)


def cents(text: str) -> int:
    """Return an amount such as ``12,90`` or ``1.234,50`` in cents.

    Raises:
        FeedError: it is no amount.
    """
    whole, comma, fraction = text.strip().replace(".", "").partition(",")
    if not whole.isdigit() or (comma and not (fraction.isdigit() and len(fraction) == 2)):
        raise FeedError(f"not an amount: {text!r}")
    return int(whole) * 100 + (int(fraction) if fraction else 0)


def read_feed(lines: Iterable[str], supplier: str) -> Iterator[Product]:
    """Yield the articles of a feed one by one, so that the caller may stop early. Comments and blank lines are skipped.

    Raises:
        FeedError: a line does not have four fields, or a field is wrong.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.rstrip("\n").split(SEPARATOR)
        if len(fields) != 4:
            raise FeedError(f"line {number}: {len(fields)} fields, not 4")
        sku, title, price, category = fields
        yield Product(
            normalize_sku(sku), clean_title(title), cents(price), category.strip().lower(), supplier
        )


def newest_first(products: list[Product], known: list[str]) -> list[Product]:
    """Return the articles with those the shop does not know yet in front; otherwise as they came."""
    fresh = [product for product in products if product.sku not in known]
    rest = [product for product in products if product.sku in known]
    return fresh + rest
