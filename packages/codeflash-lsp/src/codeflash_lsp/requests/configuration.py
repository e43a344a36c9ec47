"""Settings: what the editor sends at the start, answers when it is asked, and sends when they change."""

from __future__ import annotations

import logging
from typing import Any

from codeflash_lsp.client import Client
from codeflash_lsp.session import Session
from codeflash_lsp.settings import EditorSettings, read_settings

_log = logging.getLogger(__name__)


def taken(session: Session, client: Client, told: Any) -> None:
    """Take what the editor sent, in the place of all it sent before."""
    session.settings, warnings = read_settings(told, session.settings)
    for warning in warnings:
        client.note(warning)


async def asked_for(session: Session, client: Client) -> None:
    """Ask the editor, once for each workspace folder; what it can't answer stays as it is."""
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
    warnings: list[str] = []
    session.settings, more = read_settings(told[0], session.settings)
    warnings += more
    found: dict[Any, EditorSettings] = {}
    for (_, path), value in zip(folders, told[1:], strict=False):
        found[path], more = read_settings(value, session.settings)
        warnings += more
    session.settings_of_folders = found
    for warning in dict.fromkeys(warnings):
        client.note(warning)
