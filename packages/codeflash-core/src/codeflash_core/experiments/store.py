"""A session on disk: every event is there before anybody is told, and two clients at once lose none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cattrs

from codeflash_core.errors import IllegalStep, UsageError
from codeflash_core.experiments import pages
from codeflash_core.experiments.values import SCHEMA, Session
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.locking import locked
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.shared_pages import read_page

STATE = "session.json"
_NOTICE = "Written by codeflash; change it with `codeflash session`, never by hand."


class Store:
    """The session of one place, and the pages that people read."""

    def __init__(self, place: CasePlace) -> None:
        """Open a place; nothing has to be there yet."""
        self.place = place
        self._converter = cattrs.Converter(forbid_extra_keys=True)

    @property
    def path(self) -> Path:
        """The state file."""
        return self.place.folder / STATE

    @property
    def experiments(self) -> Path:
        """Where the patches are."""
        return self.place.folder / "experiments"

    def read(self) -> Session | None:
        """The session, None when there never was one.

        Raises:
            UsageError: The state is of another version, or was changed by hand, or is damaged; it stays as it is.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise UsageError(f"can't read {self.path}: {problem.strerror}") from problem
        return self._parsed(content)

    def current(self) -> Session:
        """The session.

        Raises:
            IllegalStep: There is none.
            UsageError: The state can't be used.
        """
        session = self.read()
        if session is None:
            raise IllegalStep(
                "there is no session", "Start one: codeflash session start --goal TEXT --domain NAME."
            )
        return session

    def begin(self, make: Callable[[], Session]) -> Session:
        """Put a new session in the place of a finished one, which is kept beside it.

        Raises:
            IllegalStep: One is under way.
        """
        with locked(self._lock):
            before = self.read()
            if before is not None and not before.finished:
                raise IllegalStep(
                    f"session {before.id} is under way: {before.goal}",
                    "Go on with it: codeflash session status. Or end it: codeflash session finish.",
                )
            session = make()
            if before is not None:
                replace_file(self.place.folder / "sessions" / f"{before.id}.json", self.path.read_bytes())
            self._write(session)
        return session

    def change(self, step: Callable[[Session], Session]) -> Session:
        """Take one step from what is on the disk now; a step that is refused changes nothing."""
        with locked(self._lock):
            session = step(self.current())
            self._write(session)
        return session

    @property
    def _lock(self) -> Path:
        return self.place.folder / f"{STATE}.lock"

    def _write(self, session: Session) -> None:
        # What can't be read refuses the step, so it is read before anything is written.
        status = pages.status_page(session, read_page(self.place.status))
        known = read_page(self.place.learnings)
        told = self._converter.unstructure(session)
        document = {"notice": _NOTICE, "schema": SCHEMA, "sha256": _digest(told), "session": told}
        replace_file(self.path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())
        replace_file(self.place.status, status.encode())
        replace_file(self.place.handoff, pages.handoff_page(session, self.place.relative).encode())
        self._add_learnings(session, known)

    def _add_learnings(self, session: Session, text: str) -> None:
        """The page is the team's: what others wrote in it stays, and lines are only added."""
        missing = [line for each in session.learnings if (line := pages.learning_line(each)) not in text]
        if missing or not text:
            head = text or pages.LEARNINGS_TITLE
            joined = head if head.endswith("\n") else head + "\n"
            replace_file(self.place.learnings, (joined + "".join(missing)).encode())

    def _parsed(self, content: bytes) -> Session:
        try:
            document = json.loads(content)
            schema, told, digest = document["schema"], document["session"], document["sha256"]
        except (ValueError, KeyError, TypeError) as problem:
            raise self._unusable("it is no session's state") from problem
        if schema != SCHEMA:
            raise UsageError(
                f"{self.path} is of schema {schema}; this version of codeflash reads schema {SCHEMA}",
                "Use the version that wrote it.",
            )
        if _digest(told) != digest:
            raise self._unusable("it was changed by hand, or is damaged")
        try:
            return self._converter.structure(told, Session)
        except (cattrs.BaseValidationError, ValueError, TypeError) as problem:
            raise self._unusable("it is no session's state") from problem

    def _unusable(self, why: str) -> UsageError:
        return UsageError(
            f"can't use {self.path}: {why}",
            "Undo the change. Or move the file aside and start a new session: results.tsv and learnings.md stay.",
        )


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
