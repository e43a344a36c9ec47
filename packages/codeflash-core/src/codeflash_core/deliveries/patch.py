"""Writes an accepted change as a patch file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from codeflash_core.deliveries.proof import refuse_partial_proof
from codeflash_core.errors import DeliveryError
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.ports.deliveries import Delivered


class PatchDelivery:
    """One ``.patch`` file a change, in a folder of the user's choice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, project: Project, results: Sequence[TargetResult], side: Side) -> Delivered:
        """Write the patches; existing files of those names are replaced.

        Raises:
            DeliveryError: The folder can't be written, or parts of the proof were off.
        """
        del project, side
        refuse_partial_proof(results)
        paths = tuple(self._write(result) for result in results if result.best is not None)
        return Delivered("patch", paths, f"wrote {', '.join(map(str, paths))}")

    def _write(self, result: TargetResult) -> Path:
        assert result.best is not None
        name = re.sub(r"[^\w.-]+", "_", result.target.replace("::", "-")) + ".patch"
        path = self._folder / name
        draft = path.with_name(f".{name}.{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(result.best.diff.encode("utf-8", "surrogateescape"))
            draft.replace(path)
        except OSError as problem:
            raise DeliveryError(f"can't write {path}: {problem.strerror}") from problem
        return path
