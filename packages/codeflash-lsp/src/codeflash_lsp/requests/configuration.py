"""Settings: what the editor sends at the start, answers when it is asked, and sends when they change."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from codeflash_lsp.client import Client
from codeflash_lsp.session import Session
from codeflash_lsp.settings import EditorSettings, read_settings

_log = logging.getLogger(__name__)


def started(session: Session, client: Client, told: Any) -> None:
    """Take what the editor was started with: it holds wherever nothing else is said later, and alone can give trust."""
    session.settings_at_start, warnings = read_settings(told)
    session.settings = session.settings_at_start
    _note(client, warnings)


def taken(session: Session, client: Client, told: Any) -> None:
    """Take what the editor sent unasked, in the place of all it sent or answered before."""
    session.settings, warnings = read_settings(told, session.settings_at_start)
    _note(client, warnings)


async def asked_for(session: Session, client: Client) -> None:
    """Ask the editor, once for each workspace folder; the answers take the place of all before them.

    They may come out of the workspace itself: they can withdraw trust, and not give it.
    """
    if not client.answers_configuration:
        return
    folders = list(session.folders.items())
    try:
        told = await client.configuration([None, *(uri for uri, _ in folders)])
    except Exception as problem:  # noqa: BLE001 - whatever a client makes of the question is its own
        _log.warning("the editor's settings can't be read: %s", problem)
        return
    if not told:
        return
    session.settings, warnings = read_settings(told[0], session.settings_at_start)
    found: dict[Path, EditorSettings] = {}
    for (_, path), value in zip(folders, told[1:], strict=False):
        found[path], more = read_settings(value, session.settings)
        warnings += more
    session.settings_of_folders = found
    _note(client, warnings)


def _note(client: Client, warnings: tuple[str, ...]) -> None:
    for warning in dict.fromkeys(warnings):
        client.note(warning)
