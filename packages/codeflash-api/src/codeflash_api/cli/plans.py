"""``codeflash-api plans list|put|assign``."""

from __future__ import annotations

import argparse
import json

import attrs

from codeflash_api.auth.organizations import Plan, list_plans, put_organization, put_plan
from codeflash_api.cli.opening import with_database
from codeflash_api.cli.tables import table
from codeflash_postgres.database import Database


def run(options: argparse.Namespace) -> int:
    """Do what is asked for with the plans."""
    return {"list": _list, "put": _put, "assign": _assign}[options.action](options)


def _list(options: argparse.Namespace) -> int:
    async def work(database: Database) -> tuple[Plan, ...]:
        return await list_plans(database)

    plans = with_database(options.data, work)
    if options.json:
        print(json.dumps([attrs.asdict(plan) for plan in plans], indent=2))
    else:
        titles = tuple(field.name for field in attrs.fields(Plan))
        print(table(titles, [_cells(plan) for plan in plans]))
    return 0


def _cells(plan: Plan) -> list[str]:
    quota = "any" if plan.monthly_quota is None else str(plan.monthly_quota)
    return [plan.name, str(plan.per_minute), quota, ", ".join(plan.organizations)]


def _put(options: argparse.Namespace) -> int:
    async def work(database: Database) -> None:
        await put_plan(database, options.plan, options.per_minute, options.per_month)

    with_database(options.data, work)
    print(
        f"{options.plan}: {options.per_minute} calls a minute, {options.per_month or 'any number of'} a month"
    )
    return 0


def _assign(options: argparse.Namespace) -> int:
    async def work(database: Database) -> None:
        await put_organization(database, options.organization, options.plan)

    with_database(options.data, work)
    print(f"{options.organization} has the plan {options.plan}")
    return 0
