"""Requests at a fixed rate, whatever becomes of those before: an open loop over a number of connections.

Latency counts from the moment at which a request was meant to be sent. A server that stalls is charged for all
requests that wait meanwhile, also for those that the generator could not send yet.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen


@frozen
class Answer:
    """What became of a request.

    Attributes:
        path: Where it went.
        seconds: From the intended moment to the last byte.
        status: The status; 0 for a broken connection.
    """

    path: str
    seconds: float
    status: int


@frozen
class Request:
    """A request as it goes over the wire."""

    path: str
    raw: bytes


def post(path: str, body: bytes, key: str = "") -> Request:
    """A POST of JSON."""
    head = [f"POST {path} HTTP/1.1", "Host: benchmark", "Content-Type: application/json"]
    head += [f"Authorization: Bearer {key}"] if key else []
    head += [f"Content-Length: {len(body)}", "", ""]
    return Request(path, "\r\n".join(head).encode() + body)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the least value that so large a share does not exceed.

    Raises:
        ValueError: There is no value, or the share is not in (0, 1].
    """
    if not values or not 0 < share <= 1:
        raise ValueError(f"no {share} percentile of {len(values)} values")
    return sorted(values)[math.ceil(share * len(values)) - 1]


class _Line:
    """One connection, made anew when it breaks."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, raw: bytes) -> int:
        try:
            await self.open()
            assert self._streams is not None
            reader, writer = self._streams
            writer.write(raw)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            _, _, rest = head.partition(b"\r\ncontent-length:")
            await reader.readexactly(int(rest.partition(b"\r\n")[0]))
            if b"\r\nconnection: close" in head:
                await self.close()
            return int(head[9:12])
        except (OSError, asyncio.IncompleteReadError, ValueError):
            await self.close()
            return 0

    async def close(self) -> None:
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def offer(
    port: int, request: Callable[[int], Request], *, rate: float, connections: int, seconds: float
) -> list[Answer]:
    """Send requests evenly spaced and wait for all answers.

    Args:
        port: The server's port on loopback.
        request: The request with a number.
        rate: Requests a second.
        connections: How many connections are open; a request waits for a free one.
        seconds: For how long.
    """
    lines = [_Line(port) for _ in range(connections)]
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for line in lines:
        await line.open()
        free.put_nowait(line)
    prepared = [request(number) for number in range(int(rate * seconds))]
    answers: list[Answer] = []

    async def one(due: float, sent: Request) -> None:
        line = await free.get()
        try:
            status = await line.ask(sent.raw)
        finally:
            free.put_nowait(line)
        answers.append(Answer(sent.path, time.perf_counter() - due, status))

    gc.disable()
    try:
        begun = time.perf_counter() + 0.05
        async with asyncio.TaskGroup() as group:
            for number, sent in enumerate(prepared):
                due = begun + number / rate
                if (pause := due - time.perf_counter()) > 0:
                    await asyncio.sleep(pause)
                group.create_task(one(due, sent))
    finally:
        gc.enable()
        for line in lines:
            await line.close()
    return answers


def summary(answers: Sequence[Answer]) -> dict[str, Any]:
    """Counts and milliseconds."""
    times = [answer.seconds * 1000 for answer in answers]
    return {
        "requests": len(answers),
        "not_200": sum(answer.status != 200 for answer in answers),
        "p50_ms": round(percentile(times, 0.5), 2),
        "p99_ms": round(percentile(times, 0.99), 2),
    }
