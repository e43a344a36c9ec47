"""What one worker process knows between requests."""

from __future__ import annotations

import mmap
import struct
from typing import Any, Callable, Dict, List, Optional


class Refusal(Exception):
    """A request cannot be answered, for a reason the parent understands.

    Attributes:
        kind: A slug such as ``import``, ``exit``, ``wrong-code`` or ``no-target``.
        detail: What was seen.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(detail or kind)
        self.kind = kind
        self.detail = detail


class State:
    """Shared by the requests of one process and, through ``fork``, by its children.

    Attributes:
        root: The project's root as this process sees it.
        roots: Folders that were put on the import path.
        scratch: A folder to write to.
        loaded: Targets that were loaded, by ``path::qualname``; see :mod:`codeflash_worker.load`.
        exchange: Answers the request under way and gives the next one, where work stops in the middle; not in
            forked children.
    """

    def __init__(self) -> None:
        self.root = ""
        self.roots: List[str] = []
        self.scratch = ""
        self.loaded: Dict[str, Any] = {}
        self.exchange: Optional[Callable[[Dict[str, Any]], Dict[str, Any]]] = None
        self._progress = mmap.mmap(-1, 16)

    def progress(self, index: int) -> None:
        """Say which item is being worked on, so that a crash or timeout can be placed."""
        self._progress[0:8] = struct.pack(">q", index)

    def progressed(self) -> int:
        """The item last named by :meth:`progress`, -1 before the first."""
        return int(struct.unpack(">q", self._progress[0:8])[0])
