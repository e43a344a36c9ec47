"""``codeflash-api keys create|list|revoke``."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta

from codeflash_api.auth.repository import Key, NewKey, create_key, list_keys, revoke_key
from codeflash_api.cli.opening import with_database
from codeflash_api.cli.tables import table
from codeflash_api.feature import COMPANION, Feature
from codeflash_core.errors import UsageError
from codeflash_postgres.database import Database

SCOPES = ("*", COMPANION, *(feature.value for feature in Feature))


def run(options: argparse.Namespace) -> int:
    """Do what is asked for with the keys."""
    return {"create": _create, "list": _list, "revoke": _revoke}[options.action](options)


def _create(options: argparse.Namespace) -> int:
    unknown = [scope for scope in options.scope if scope not in SCOPES]
    if unknown:
        raise UsageError(f"there is no scope {unknown[0][:40]}", f"Known: {', '.join(SCOPES)}.")
    new = NewKey(
        organization=options.organization,
        user_id=options.user,
        name=options.name,
        scopes=tuple(options.scope) or ("*",),
        per_minute=options.per_minute,
        expires_at=datetime.now(UTC) + timedelta(days=options.days) if options.days else None,
    )

    async def work(database: Database) -> str:
        return await create_key(database, new)

    # Nothing but the key, so that scripts can take it.
    print(with_database(options.data, work))
    return 0


def _list(options: argparse.Namespace) -> int:
    async def work(database: Database) -> tuple[Key, ...]:
        return await list_keys(database)

    rows = [_row(key) for key in with_database(options.data, work)]
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        titles = ("key", "id", "organization", "user_id", "name", "scopes", "per_minute", "state")
        print(table(titles, [[str(row[title]) for title in titles] for row in rows]))
    return 0


def _row(key: Key) -> dict[str, object]:
    state = "active"
    if key.revoked_at:
        state = "revoked"
    elif key.expires_at and key.expires_at <= datetime.now(UTC):
        state = "expired"
    return {
        "key": f"{key.prefix}...",
        "id": str(key.id),
        "organization": key.organization,
        "user_id": key.user_id,
        "name": key.name,
        "scopes": " ".join(key.scopes),
        "per_minute": key.per_minute,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "state": state,
    }


def _revoke(options: argparse.Namespace) -> int:
    async def work(database: Database) -> Key:
        return await revoke_key(database, options.key)

    key = with_database(options.data, work)
    print(f"revoked {key.prefix}... of {key.organization}")
    return 0
