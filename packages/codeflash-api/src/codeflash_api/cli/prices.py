"""``codeflash-api prices``."""

from __future__ import annotations

import argparse
import json

import attrs

from codeflash_api.cli.tables import table
from codeflash_api.llm.prices import load_prices


def run(options: argparse.Namespace) -> int:
    """Show what tokens cost, in dollars for a million."""
    prices = load_prices()
    if options.json:
        models = {name: attrs.asdict(price) for name, price in prices.models.items()}
        print(json.dumps({"date": prices.date.isoformat(), "models": models}, indent=2))
        return 0
    rows = [
        [name, f"{price.input:g}", f"{price.cached:g}", f"{price.output:g}", str(price.window)]
        for name, price in prices.models.items()
    ]
    print(f"dollars for a million tokens, as of {prices.date.isoformat()}")
    print(table(("model", "input", "cached", "output", "window"), rows))
    return 0
