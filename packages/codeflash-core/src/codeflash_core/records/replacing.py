"""Files that are whole at every moment, whenever the process dies."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from codeflash_core.errors import StageError


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file's content in one step, and wait until it is on the disk.

    Raises:
        StageError: It can't be written; the file is what it was.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        raise StageError(
            "record", f"can't write {path}: {problem.strerror}", "Make room, or make the folder writable."
        ) from problem
