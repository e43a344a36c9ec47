"""Writes an accepted change into the user's tree: all of it, or nothing."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from codeflash_core.deliveries.proof import refuse_partial_proof
from codeflash_core.errors import DeliveryError
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.ports.deliveries import Delivered
from codeflash_core.records.blobs import BlobStore

INTENT = "apply.json"
"""Name of the record of an intent, in the folder of its run."""


@frozen
class Intent:
    """What a delivery that may have been killed was about to do.

    Attributes:
        root: The project's folder.
        files: SHA-256 of the new bytes by path; None deletes the file.
        measured: SHA-256 of the files as they were measured, by path.
        drafts: Temporary files that it makes beside the user's.
    """

    root: Path
    files: Mapping[str, str | None]
    measured: Mapping[str, str]
    drafts: tuple[Path, ...]


def read_intent(record: Path) -> Intent | None:
    """The intent of a delivery that did not come to its end; None when there is none."""
    try:
        told = json.loads(record.read_text(encoding="utf-8"))
        drafts = tuple(Path(name) for name in told["drafts"])
        return Intent(Path(told["root"]), dict(told["files"]), dict(told["measured"]), drafts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def clear_drafts(record: Path) -> None:
    """Remove the temporary files that a killed delivery left in the user's tree."""
    intent = read_intent(record)
    for draft in intent.drafts if intent else ():
        with contextlib.suppress(OSError):
            draft.unlink()


class ApplyDelivery:
    """Replaces files by atomic renames, with a record of the intent so that a killed delivery can be finished."""

    def __init__(self, record: Path, measured: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            record: Where the intent is written, outside the user's tree; the new bytes go to ``blobs`` beside it.
            measured: SHA-256 of each file as it was measured, by path; a file that is not listed must not exist.
        """
        self._record = record
        self._measured = dict(measured)

    @classmethod
    def unfinished(cls, record: Path) -> tuple[ApplyDelivery, Side] | None:
        """The delivery that was killed, and the changes that it was to write; None when there is none.

        Raises:
            StageError: The changes are missing or damaged.
        """
        intent = read_intent(record)
        if intent is None:
            return None
        blobs = BlobStore(record.parent / "blobs")
        changes = {path: None if name is None else blobs.get(name) for path, name in intent.files.items()}
        return cls(record, intent.measured), Side.of(changes)

    def deliver(self, project: Project, results: Sequence[TargetResult], side: Side) -> Delivered:
        """Apply the changes; the intent stays until the run's end is recorded.

        Raises:
            DeliveryError: A file is not the one that was measured, or can't be written, or parts of the proof were off;
                nothing was changed.
        """
        refuse_partial_proof(results)
        for path, content in side.changes.items():
            self._refuse_changed(project.root, path, content)
        clear_drafts(self._record)
        places = {path: (project.root / path).resolve() for path in side.changes}
        swap = _Swap()
        try:
            self._intend(project.root, results, side, places)
            for path, content in side.changes.items():
                if content is not None:
                    swap.draft(places[path], content)
            for path in side.changes:
                swap.replace(places[path])
        except OSError as problem:
            left = swap.undo()
            self._record.unlink(missing_ok=True)
            what = f"; {', '.join(map(str, left))} could not be put back" if left else "; nothing was changed"
            raise DeliveryError(
                f"can't write the change: {problem.strerror}{what}",
                "Use --patch DIR to get it as a patch.",
            ) from problem
        paths = tuple(project.root / path for path in side.changes)
        return Delivered("apply", paths, f"changed {', '.join(side.changes)}")

    def _intend(
        self, root: Path, results: Sequence[TargetResult], side: Side, places: Mapping[str, Path]
    ) -> None:
        """Write down what is about to happen, with all that is needed to do it."""
        blobs = BlobStore(self._record.parent / "blobs", forced=True)
        intent = {
            "targets": [result.target for result in results],
            "root": str(root),
            "files": {
                path: None if content is None else blobs.put(content)
                for path, content in side.changes.items()
            },
            "measured": {path: sha for path, sha in self._measured.items() if path in side.changes},
            "drafts": [str(_draft_of(place)) for place in places.values()],
        }
        self._record.parent.mkdir(parents=True, exist_ok=True)
        with self._record.open("w", encoding="utf-8") as file:
            json.dump(intent, file)
            file.flush()
            os.fsync(file.fileno())

    def _refuse_changed(self, root: Path, path: str, content: bytes | None) -> None:
        place = root / path
        if not place.resolve().is_relative_to(root.resolve()):
            raise DeliveryError(f"{path} leads out of the project")
        expected = self._measured.get(path)
        if not place.exists():
            if expected is not None and content is not None:
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


class _Swap:
    """Replaces files one by one and can put all of them back."""

    def __init__(self) -> None:
        self._drafts: dict[Path, Path] = {}
        self._before: dict[Path, tuple[bytes, int] | None] = {}
        self._folders: list[Path] = []

    def draft(self, place: Path, content: bytes) -> None:
        """Write new content into a temporary file beside its place, with the place's permissions."""
        missing = [folder for folder in place.parents if not folder.exists()]
        self._folders += reversed(missing)
        place.parent.mkdir(parents=True, exist_ok=True)
        self._drafts[place] = _write_draft(
            place, content, place.stat().st_mode & 0o7777 if place.exists() else None
        )

    def replace(self, place: Path) -> None:
        """Put the draft in its place; without a draft, delete what is there."""
        before = (place.read_bytes(), place.stat().st_mode & 0o7777) if place.exists() else None
        if place in self._drafts:
            self._drafts[place].replace(place)
        else:
            place.unlink(missing_ok=True)
        self._before[place] = before

    def undo(self) -> tuple[Path, ...]:
        """Put everything back; returns what could not be."""
        left = []
        for place, before in reversed(self._before.items()):
            try:
                if before is None:
                    place.unlink(missing_ok=True)
                else:
                    _write_draft(place, *before).replace(place)
            except OSError:
                left.append(place)
        for draft in self._drafts.values():
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        return tuple(left)


def _draft_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.codeflash-{os.getpid()}")


def _write_draft(place: Path, content: bytes, mode: int | None) -> Path:
    draft = _draft_of(place)
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(mode)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft
