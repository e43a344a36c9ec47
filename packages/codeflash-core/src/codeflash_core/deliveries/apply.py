"""Writes an accepted change into the user's tree: all of it, or nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from codeflash_core.errors import DeliveryError
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.ports.deliveries import Delivered


class ApplyDelivery:
    """Replaces files by atomic renames, with a record of the intent so that a killed delivery can be finished."""

    def __init__(self, record: Path, measured: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            record: Where the intent is written, outside the user's tree.
            measured: SHA-256 of each file as it was measured, by path; a file that is not listed must not exist.
        """
        self._record = record
        self._measured = dict(measured)

    def deliver(self, project: Project, results: Sequence[TargetResult], side: Side) -> Delivered:
        """Apply the changes.

        Raises:
            DeliveryError: A file is not the one that was measured, or can't be written; nothing was changed.
        """
        for path, content in side.changes.items():
            self._refuse_changed(project.root, path, content)
        intent = {
            "targets": [result.target for result in results],
            "root": str(project.root),
            "files": {
                path: None if content is None else hashlib.sha256(content).hexdigest()
                for path, content in side.changes.items()
            },
        }
        drafts: dict[Path, Path] = {}
        try:
            self._record.parent.mkdir(parents=True, exist_ok=True)
            with self._record.open("w", encoding="utf-8") as file:
                json.dump(intent, file)
                file.flush()
                os.fsync(file.fileno())
            for path, content in side.changes.items():
                if content is not None:
                    place = (project.root / path).resolve()
                    drafts[place] = _draft(place, content)
            for place, draft in drafts.items():
                draft.replace(place)
            for path, content in side.changes.items():
                if content is None:
                    (project.root / path).unlink()
        except OSError as problem:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
            raise DeliveryError(
                f"can't write the change: {problem.strerror}",
                "Use --patch DIR to get it as a patch.",
            ) from problem
        self._record.unlink(missing_ok=True)
        paths = tuple(project.root / path for path in side.changes)
        return Delivered("apply", paths, f"changed {', '.join(side.changes)}")

    def _refuse_changed(self, root: Path, path: str, content: bytes | None) -> None:
        place = root / path
        if not place.resolve().is_relative_to(root.resolve()):
            raise DeliveryError(f"{path} leads out of the project")
        expected = self._measured.get(path)
        if not place.exists():
            if expected is not None:
                raise DeliveryError(f"{path} is gone; nothing was changed")
            return
        found = place.read_bytes()
        if content is not None and found == content:
            return
        if expected is None or hashlib.sha256(found).hexdigest() != expected:
            raise DeliveryError(
                f"{path} is not the file that was measured; nothing was changed",
                "Run the optimization again.",
            )


def _draft(place: Path, content: bytes) -> Path:
    """The content in a temporary file beside its place, with the place's permissions."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.codeflash-{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            draft.chmod(place.stat().st_mode & 0o7777)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft
