"""Frames between the worker and its parent: a JSON header and binary attachments.

A frame is the magic ``CFW1``, the header's length and the attachments' total length (both unsigned
32-bit, big-endian), the header as UTF-8 JSON, and the attachments one after the other. The header's
``blobs`` holds the length of each attachment.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, List, Optional, Sequence, Tuple

MAGIC = b"CFW1"
PREFIX = struct.Struct(">4sII")
MAX_HEADER = 64 * 1024 * 1024
MAX_BLOBS = 512 * 1024 * 1024

Message = Tuple[Dict[str, Any], List[bytes]]


class BrokenChannel(Exception):
    """The other end sent something that is not a frame, or went away in the middle of one."""


def write_all(fd: int, data: bytes) -> None:
    """Write every byte, however the system cuts it up."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def read_exactly(fd: int, size: int) -> Optional[bytes]:
    """Read ``size`` bytes; None when the stream ends before the first of them."""
    parts: List[bytes] = []
    missing = size
    while missing:
        part = os.read(fd, min(missing, 1 << 20))
        if not part:
            if parts:
                raise BrokenChannel("the stream ended inside a frame")
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def encode(header: Dict[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """A frame as bytes."""
    body = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode("utf-8", "backslashreplace")
    return b"".join((PREFIX.pack(MAGIC, len(body), sum(map(len, blobs))), body, *blobs))


def send(fd: int, header: Dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one frame."""
    write_all(fd, encode(header, blobs))


def decode(frame: bytes) -> Message:
    """The header and attachments of one whole frame.

    Raises:
        BrokenChannel: The bytes are not exactly one frame.
    """
    if len(frame) < PREFIX.size:
        raise BrokenChannel("the stream ended inside a frame")
    magic, header_size, blobs_size = PREFIX.unpack(frame[: PREFIX.size])
    if magic != MAGIC or len(frame) != PREFIX.size + header_size + blobs_size:
        raise BrokenChannel("not a frame")
    try:
        header = json.loads(frame[PREFIX.size : PREFIX.size + header_size])
        sizes = header.pop("blobs", [])
    except (ValueError, AttributeError):
        raise BrokenChannel("the header is not a JSON object") from None
    blobs: List[bytes] = []
    at = PREFIX.size + header_size
    for size in sizes:
        blobs.append(frame[at : at + size])
        at += size
    return header, blobs


def receive(fd: int) -> Optional[Message]:
    """Read one frame; None when the other end has closed.

    Raises:
        BrokenChannel: What arrived is not a frame.
    """
    prefix = read_exactly(fd, PREFIX.size)
    if prefix is None:
        return None
    magic, header_size, blobs_size = PREFIX.unpack(prefix)
    if magic != MAGIC or header_size > MAX_HEADER or blobs_size > MAX_BLOBS:
        raise BrokenChannel("not a frame")
    rest = read_exactly(fd, header_size + blobs_size)
    if rest is None:
        raise BrokenChannel("the stream ended inside a frame")
    return decode(prefix + rest)
