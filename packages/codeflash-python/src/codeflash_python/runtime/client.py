"""Asks workers; what they answer is foreign data until a room has checked it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codeflash_core.model.side import Side
from codeflash_core.ports.hosts import Answer, Host, Program, Work


class Client:
    """One request at a time to the host, with the defaults of this backend."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def ask(
        self,
        side: Side,
        program: Program,
        request: Mapping[str, Any],
        blobs: Sequence[bytes] = (),
        *,
        warm: bool = True,
        wall: float = 60.0,
    ) -> Answer:
        """Send one request.

        Args:
            side: Which version of the project answers.
            program: The worker.
            request: What is asked, with its ``op``.
            blobs: Binary inputs.
            warm: Whether a process that has answered before may answer.
            wall: Time limit in seconds.
        """
        work = Work(side, program, request, tuple(blobs), warm, wall)
        return await self._host.run(work)

    async def ready(self, fresh: Sequence[tuple[Side, Program]], wall: float) -> None:
        """Have the processes of the next units that are not warm started, all of them before the first is asked."""
        await self._host.ready(fresh, wall)
