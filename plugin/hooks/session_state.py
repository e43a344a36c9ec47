"""What the hooks know: the event, the project, the session's state on the disk. Standard library only, Python 3.9+."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


OWN_PAGES = ("session.json", "status.md", "handoff.md")
OWN_FOLDERS = ("data", "experiments", "sessions")
FUTURE = 1
"""The newest version of ``session.json`` that is understood."""


class State:
    """A session as its files tell it.

    Attributes:
        root: The project's folder.
        folder: Where the session's records lie.
        told: The session's values, as the engine wrote them.
    """

    def __init__(self, root: Path, folder: Path, told: dict[str, Any]) -> None:
        self.root, self.folder, self.told = root, folder, told

    @property
    def under_way(self) -> bool:
        """Whether it is not finished."""
        return not self.told.get("finished")

    @property
    def experiment(self) -> dict[str, Any] | None:
        """The open experiment, or None."""
        return self.told.get("experiment") or None

    @property
    def next_step(self) -> str:
        """What comes next, in the engine's words."""
        try:
            lines = (self.folder / "status.md").read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            lines = []
        mark = "- Next step: "
        return next(
            (line[len(mark) :] for line in lines if line.startswith(mark)), "codeflash session status"
        )

    @property
    def measured_with(self) -> list[Path]:
        """Paths that the baseline rests on: files and folders."""
        method = (self.told.get("baseline") or {}).get("method") or {}
        names = [*(method.get("files") or {}), *(method.get("places") or ())]
        return [Path(os.path.realpath(self.root / name)) for name in names]


def find_state(start: Path) -> State | None:
    """The session written last, under ``start`` or a folder above it; None when there is none that can be read."""
    for root in [start, *start.parents]:
        found = list((root / ".codeflash").glob("*/*/*/session.json"))
        if not found:
            continue
        newest = max(found, key=lambda path: path.stat().st_mtime_ns)
        document = json.loads(newest.read_text(encoding="utf-8"))
        if document.get("schema", 0) > FUTURE:
            raise ValueError(f"{newest.name} has schema {document['schema']}, this plugin knows {FUTURE}")
        told = document.get("session")
        if not isinstance(told, dict):
            raise ValueError(f"{newest.name} holds no session")
        return State(root, newest.parent, told)
    return None


def place_of(event: dict[str, Any]) -> Path:
    """The folder that the event is about."""
    return Path(os.path.realpath(event.get("cwd") or os.environ.get("CLAUDE_PROJECT_DIR") or Path.cwd()))


def marks(event: dict[str, Any]) -> Path:
    """A folder for what was said in this conversation already; outside the project."""
    own = os.environ.get("CODEFLASH_STATE_DIR")
    base = (
        Path(own)
        if own
        else Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "codeflash"
    )
    name = "".join(letter for letter in str(event.get("session_id", "")) if letter.isalnum() or letter == "-")
    return base / "hooks" / (name or "unnamed")


def count(event: dict[str, Any], what: str) -> int:
    """How often ``what`` was counted before in this conversation; counts it once more.

    Raises:
        OSError: it cannot be written down, so that nobody may rely on it.
    """
    folder = marks(event)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / what
    with file.open("ab") as stream:
        before = stream.seek(0, os.SEEK_END)
        stream.write(b".")
    return before


def answered(answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> int:
    """Run a hook: the event from stdin, its answer to stdout. Whatever goes wrong, the user's work goes on."""
    name = Path(sys.argv[0]).name
    try:
        event = json.load(sys.stdin)
        told = answer(event if isinstance(event, dict) else {})
        if told:
            print(json.dumps(told))
    except Exception as problem:  # noqa: BLE001  the door: a hook that fails must not stop anybody
        print(f"codeflash {name}: {type(problem).__name__}: {problem}".splitlines()[0], file=sys.stderr)
    return 0
