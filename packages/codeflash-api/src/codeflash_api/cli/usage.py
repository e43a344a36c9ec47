"""``codeflash-api usage``."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs

from codeflash_api.cli.opening import with_database
from codeflash_api.cli.tables import table
from codeflash_api.usage.totals import Total, totals
from codeflash_postgres.database import Database


def run(options: argparse.Namespace) -> int:
    """Show what was used, by organization, feature, model and outcome."""

    async def work(database: Database) -> tuple[Total, ...]:
        return await totals(database, datetime.now(UTC) - timedelta(days=options.days))

    rows = [attrs.asdict(total) for total in with_database(options.data, work)]
    if options.json:
        # Prices are sums of decimals: as text they stay exact.
        print(json.dumps(rows, indent=2, default=str))
    else:
        titles = tuple(field.name for field in attrs.fields(Total))
        print(table(titles, [[_cell(row[title]) for title in titles] for row in rows]))
    return 0


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, Decimal) else str(value)
