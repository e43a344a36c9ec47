"""The stop gate: before Claude Code ends its turn, the second model looks at the change. Off unless switched on.

It holds an end back once per change at most, and never when there is no program, no key, no change or no readable answer.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TextIO

import opinion as opinions
from changes import NoChange, change, repository
from program import Unavailable, ask, state_folder

SECONDS = 600
OFF, ON = "off", "on"


def _folder(root: Path) -> Path:
    name = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_folder() / "gate" / name


def switch(folder: Path, state: str | None) -> str:
    """Switch the gate of a repository; return how it stands.

    Raises:
        NoChange: ``folder`` is in no repository.
    """
    marker = _folder(repository(folder)) / ON
    if state == ON:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    elif state == OFF:
        marker.unlink(missing_ok=True)
    return ON if marker.exists() else OFF


def answer(event: TextIO) -> tuple[str, str]:
    """Answer a Stop event.

    Returns:
        The hook's JSON, empty to let it end, and a line for the user, possibly empty.
    """
    if not (state_folder() / "gate").is_dir():
        return "", ""  # switched on nowhere: the usual case, and a quick one
    try:
        told = json.load(event)
        folder = Path(told.get("cwd") or Path.cwd())
        if told.get("stop_hook_active") or switch(folder, None) == OFF:
            return "", ""
        seen = change(folder)
        judged = _folder(seen.root) / f"judged-{seen.digest[:32]}"
        if judged.exists():
            return "", ""
        text, _ = ask(
            opinions.question(seen.diff, seen.base, seen.evidence), seen.root, opinions.SCHEMA, SECONDS
        )
        opinion = opinions.read(text, seen.files)
        judged.touch()
    except (NoChange, Unavailable, opinions.Unreadable, OSError, ValueError, AttributeError) as problem:
        return "", f"second opinion: none; {problem}"
    if opinion["verdict"] == "no-objection":
        return "", f"second opinion: {opinion['summary']}"
    reason = f"A second opinion (Codex) objects. Check each finding, then fix it or say why it is wrong.\n{opinions.shown(opinion)}"
    return json.dumps({"decision": "block", "reason": reason}), ""
