"""What a run depends on, and what of it has changed since."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from codeflash_core.records.blobs import BlobStore

_NOISE = (".DS_Store", "Thumbs.db", "desktop.ini", "*.swp", "*.swo", "*~", ".#*", "4913")
"""What editors and file managers leave behind: it comes and goes, and runs nothing."""


@frozen
class Fingerprint:
    """Everything that the results of a run rest on.

    Attributes:
        files: Description of each file of the project, SHA-256 included, by relative POSIX path.
        facts: All else by name: interpreter, workload, settings, this program's version.
        outputs: Paths that the run itself writes; they may change.
    """

    files: Mapping[str, str] = field(factory=dict)
    facts: Mapping[str, str] = field(factory=dict)
    outputs: tuple[str, ...] = ()

    def record(self, blobs: BlobStore) -> dict[str, Any]:
        """Plain JSON for the journal; the list of files goes to the store."""
        listed = json.dumps(dict(self.files), sort_keys=True).encode()
        return {"files": blobs.put(listed), "facts": dict(self.facts), "outputs": list(self.outputs)}


def read_fingerprint(entry: Mapping[str, Any], blobs: BlobStore) -> Fingerprint:
    """A fingerprint as :meth:`Fingerprint.record` wrote it.

    Raises:
        StageError: The list of files is missing or damaged.
    """
    files = json.loads(blobs.get(str(entry.get("files", ""))))
    return Fingerprint(files, dict(entry.get("facts", {})), tuple(entry.get("outputs", ())))


def described_files(entries: Mapping[str, str]) -> dict[str, str]:
    """The files and links among the entries of a private copy, without what only editors leave behind."""
    return {
        name: entry
        for name, entry in entries.items()
        if entry != "folder" and not any(fnmatch.fnmatchcase(name.rpartition("/")[2], one) for one in _NOISE)
    }


def measured_sha256(entries: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each file of the private copy, by path, as its versions were measured."""
    return {name: entry.split()[-1] for name, entry in entries.items() if entry.startswith("file ")}


def differences(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """What is not as it was, one short phrase each; empty when nothing changed."""
    own = {*before.outputs, *after.outputs}
    found = []
    for name in sorted({*before.files, *after.files}):
        was, now = before.files.get(name), after.files.get(name)
        if was == now or _inside(name, own):
            continue
        found.append(
            f"{name} is new" if was is None else f"{name} is gone" if now is None else f"{name} changed"
        )
    for name in sorted({*before.facts, *after.facts}):
        was, now = before.facts.get(name, ""), after.facts.get(name, "")
        if was != now:
            found.append(f"{name} was {was or 'not set'}, is {now or 'not set'}")
    return tuple(found)


def digest_of(text: str | bytes) -> str:
    """The first characters of a SHA-256: enough to tell texts apart in a message."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()[:16]


def _inside(name: str, places: Iterable[str]) -> bool:
    return any(name == place or name.startswith(f"{place}/") for place in places)
