"""Looks at the database, GitHub and the programs, without changing any."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codeflash_core.errors import CodeflashError
from codeflash_core.github.access import Access
from codeflash_core.github.api import GitHub
from codeflash_core.github.values import Call
from codeflash_core.sandbox import Mode, detect
from codeflash_github_app.db.migrating import HEAD
from codeflash_github_app.db.opening import open_configured
from codeflash_github_app.doctor.checks import Finding, State, of_app, of_key, of_settings
from codeflash_github_app.settings import Settings
from codeflash_github_app.tokens.signing import app_token
from codeflash_postgres.migrating import current


async def findings(settings: Settings, data: Path) -> tuple[Finding, ...]:
    """How it stands with everything that the app needs.

    Args:
        settings: The settings.
        data: The data folder.
    """
    key = _key(settings)
    told = [*of_settings(settings), key, await _database(settings, data)]
    if settings.app and key.state is State.GOOD:
        told += await _github(settings)
    return (*told, await asyncio.to_thread(_sandbox), *_programs(settings))


def _key(settings: Settings) -> Finding:
    problem, mode = "", 0
    if settings.key_file is not None:
        try:
            mode = settings.key_file.stat().st_mode
            app_token(settings.app or 1, settings.private_key(), datetime.now(UTC))
        except CodeflashError as found:
            problem = found.message
        except OSError as found:
            problem = f"its file can't be read: {found.strerror}"
    return of_key(settings.key_file, problem, mode)


async def _database(settings: Settings, data: Path) -> Finding:
    if not settings.database_url:
        made = (data / "postgres").is_dir()
        place = f"the embedded one in {data}"
        return Finding(
            "database", State.GOOD, place if made else f"{place}, which is made at the first start"
        )
    database = open_configured(settings)
    try:
        revision = await current(database)
    except CodeflashError as problem:
        return Finding("database", State.WRONG, problem.message, "See DATABASE_URL.")
    finally:
        await database.close()
    if revision != HEAD:
        at = f"at revision {revision}" if revision else "empty"
        return Finding("database", State.WRONG, f"{at}, not at {HEAD}", "Run codeflash-github-app migrate.")
    return Finding("database", State.GOOD, f"at revision {revision}")


async def _github(settings: Settings) -> list[Finding]:
    token = app_token(settings.app, settings.private_key(), datetime.now(UTC))
    try:
        async with GitHub(Access(settings.api, token)) as github:
            document = await github.one(Call("GET", "/app"), _document)
    except CodeflashError as problem:
        return [Finding("GitHub", State.WRONG, problem.message, problem.hint)]
    return list(of_app(document, settings))


def _document(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise ValueError("no app")
    return answer


def _sandbox() -> Finding:
    try:
        detect(Mode.REQUIRE)
    except CodeflashError as problem:
        hint = "Install bubblewrap and allow user namespaces: without it no job is carried out."
        return Finding("sandbox", State.WRONG, problem.message, hint)
    return Finding("sandbox", State.GOOD, "bubblewrap works")


def _programs(settings: Settings) -> list[Finding]:
    told = []
    if shutil.which("git"):
        told.append(Finding("git", State.GOOD, "is there"))
    else:
        told.append(Finding("git", State.WRONG, "is missing", "Install git."))
    if settings.python.is_file():
        told.append(Finding("Python for repositories", State.GOOD, str(settings.python)))
    else:
        told.append(
            Finding(
                "Python for repositories",
                State.WRONG,
                f"there is no {settings.python}",
                "Set CODEFLASH_APP_PYTHON to an interpreter.",
            )
        )
    return told
