"""What happens to an accepted change."""

from __future__ import annotations

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
    """Hands an accepted change to its user."""

    def deliver(self, project: Project, result: TargetResult, side: Side) -> Delivered:
        """Deliver one accepted change.

        Raises:
            DeliveryError: It could not be delivered; nothing was changed.
        """
        ...
