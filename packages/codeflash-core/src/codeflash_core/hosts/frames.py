"""Frames between a host and its workers: a JSON header and binary attachments.

The magic ``CFW1``, the header's length and the attachments' total length (unsigned 32-bit, big-endian), the
header, the attachments. What arrives was written by a process that runs foreign code: every size is checked
before memory is given to it, and nothing but JSON is read.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

MAGIC = b"CFW1"
PREFIX = struct.Struct(">4sII")
MAX_HEADER = 64 * 1024 * 1024
MAX_BLOBS = 512 * 1024 * 1024


class BadFrame(Exception):
    """What arrived is not a frame."""


def encode(header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """A frame as bytes."""
    body = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    return b"".join((PREFIX.pack(MAGIC, len(body), sum(map(len, blobs))), body, *blobs))


async def receive(read: Callable[[int], Awaitable[bytes]]) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Read one frame.

    Args:
        read: Gives exactly that many bytes, or raises.

    Raises:
        BadFrame: What arrived is not a frame.
    """
    magic, header_size, blobs_size = PREFIX.unpack(await read(PREFIX.size))
    if magic != MAGIC or header_size > MAX_HEADER or blobs_size > MAX_BLOBS:
        raise BadFrame("not a frame, or too large")
    try:
        header = json.loads(await read(header_size))
    except (ValueError, RecursionError) as problem:
        raise BadFrame("the header is not JSON") from problem
    sizes = header.pop("blobs", []) if isinstance(header, dict) else None
    if not isinstance(sizes, list) or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise BadFrame("the header is malformed")
    if sum(sizes) != blobs_size:
        raise BadFrame("the attachments' sizes don't add up")
    data = await read(blobs_size) if blobs_size else b""
    blobs, at = [], 0
    for size in sizes:
        blobs.append(data[at : at + size])
        at += size
    return header, tuple(blobs)
