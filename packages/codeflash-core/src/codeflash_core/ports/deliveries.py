"""What happens to an accepted change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from attrs import frozen

from codeflash_core.model.decision import TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project


@frozen
class Delivered:
    """What was delivered.

    Attributes:
        how: ``apply``, ``patch``...
        paths: Files that were written.
        message: One line for people.
    """

    how: str
    paths: tuple[Path, ...]
    message: str


class Delivery(Protocol):
    """Hands accepted changes to their user."""

    def deliver(self, project: Project, results: Sequence[TargetResult], side: Side) -> Delivered:
        """Deliver accepted changes.

        Args:
            project: The project.
            results: The accepted results.
            side: All their changes together, checked together.

        Raises:
            DeliveryError: It could not be delivered; nothing was changed.
        """
        ...
