"""What tokens cost, from a table with a date."""

from __future__ import annotations

import datetime
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from codeflash_api.llm.model import Reply
from codeflash_core.errors import UsageError

_MILLION = 1_000_000
_DECORATION = re.compile(
    r"^(?:(?:us|eu|apac|au|jp|ca|global|us-gov)\.)?(?:anthropic\.|openai/|anthropic/)?"  # where a cloud offers it
    r"(?P<name>.*?)"
    r"(?:-(?:20\d{6}|20\d\d-\d\d-\d\d))?(?:-v\d+(?::\d+)?)?$"  # the snapshot
)


@frozen
class Price:
    """What one model costs, in dollars for a million tokens.

    Attributes:
        input: Fresh input.
        cached: Input that is read from the provider's cache.
        output: Output.
        window: Most input tokens.
    """

    input: float
    cached: float
    output: float
    window: int


@frozen
class PriceTable:
    """Prices by model.

    Attributes:
        date: The day on which they were read from the vendors' lists.
        models: By the model's name without snapshot.
    """

    date: datetime.date
    models: Mapping[str, Price]

    def price(self, model: str) -> Price | None:
        """The price of a model under any of the names that providers give it, or None where it is not known."""
        if model in self.models:
            return self.models[model]
        match = _DECORATION.match(model)
        return self.models.get(match["name"]) if match else None

    def dollars(self, reply: Reply) -> float | None:
        """The price of an exchange; None where the model is not known, was replayed, or its tokens were not told."""
        price = self.price(reply.model)
        if price is None or reply.provider == "recorded" or not reply.tokens.input:
            return None
        tokens = reply.tokens
        cached = min(tokens.cached, tokens.input)
        fresh = tokens.input - cached
        return (fresh * price.input + cached * price.cached + tokens.output * price.output) / _MILLION

    def window(self, model: str) -> int | None:
        """Most input tokens of a model, or None where that is not known."""
        price = self.price(model)
        return price.window if price else None


def load_prices(file: Path | None = None) -> PriceTable:
    """The table that comes with the service, or one of the same form.

    Args:
        file: A TOML file to read in its place.

    Raises:
        UsageError: The file can't be read.
    """
    try:
        if file is None:
            text = (importlib.resources.files("codeflash_api.llm") / "prices.toml").read_text(
                encoding="utf-8"
            )
        else:
            text = file.read_text(encoding="utf-8")
        return _table(tomllib.loads(text))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"the price table can't be used: {problem}") from problem


def _table(data: Mapping[str, Any]) -> PriceTable:
    date = data["date"]
    if not isinstance(date, datetime.date):
        raise ValueError(f"no date: {date}")
    return PriceTable(date, {str(name): _price(str(name), row) for name, row in data["models"].items()})


def _price(name: str, row: Mapping[str, Any]) -> Price:
    price = Price(float(row["input"]), float(row["cached"]), float(row["output"]), int(row["window"]))
    if not (0 < price.cached <= price.input and price.output > 0 and price.window > 0):
        raise ValueError(f"the prices of {name} make no sense")
    return price
