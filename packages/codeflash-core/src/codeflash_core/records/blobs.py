"""Content-addressed bytes on disk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from codeflash_core.errors import StageError


class BlobStore:
    """Bytes under the name of their SHA-256, written once."""

    def __init__(self, folder: Path, *, forced: bool = False) -> None:
        """Open a store.

        Args:
            folder: Where it is; made when something is put there.
            forced: Whether what is put has to outlast a power cut. Hundreds of forced writes would cost more than
                a run; `get` tells what is damaged.
        """
        self._folder = folder
        self._forced = forced

    def put(self, data: bytes) -> str:
        """Keep the bytes; returns their name."""
        name = hashlib.sha256(data).hexdigest()
        path = self._folder / name[:2] / name
        if path.exists() and not self._forced:
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name must never stand for half of its bytes, whenever the process dies.
        draft = path.with_name(f"{name}.{os.getpid()}.part")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            if self._forced:
                os.fsync(file.fileno())
        draft.replace(path)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name.

        Raises:
            StageError: They are missing or damaged.
        """
        path = self._folder / name[:2] / name
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise StageError(
                "record", f"a recorded value is missing: {name[:12]}", "Start a new run."
            ) from problem
        if hashlib.sha256(data).hexdigest() != name:
            raise StageError("record", f"a recorded value is damaged: {name[:12]}", "Start a new run.")
        return data
