import json

import pytest

from codeflash_core.hosts.frames import MAGIC, MAX_BLOBS, MAX_HEADER, PREFIX, BadFrame, encode, receive


def reader(data: bytes):
    """Gives exactly as many bytes as asked for; what is asked for is kept."""
    rest = bytearray(data)

    async def read(count: int) -> bytes:
        read.asked.append(count)
        if len(rest) < count:
            raise EOFError
        taken = bytes(rest[:count])
        del rest[:count]
        return taken

    read.asked = []
    return read


def raw(header: object, blobs: bytes = b"", *, text: bytes | None = None) -> bytes:
    body = json.dumps(header).encode() if text is None else text
    return PREFIX.pack(MAGIC, len(body), len(blobs)) + body + blobs


@pytest.mark.parametrize("blobs", [(), (b"",), (b"one", b"", b"three" * 1000)])
async def test_what_is_sent_arrives(blobs) -> None:
    header = {"id": 7, "text": "ä\ud800", "nested": [{"a": None}]}
    assert await receive(reader(encode(header, blobs))) == (header, blobs)


async def test_frames_follow_each_other() -> None:
    read = reader(encode({"id": 1}, (b"x",)) + encode({"id": 2}))
    assert (await receive(read))[0] == {"id": 1}
    assert (await receive(read))[0] == {"id": 2}


@pytest.mark.parametrize(
    "data",
    [
        b"CFW2" + bytes(8),
        b"Traceback (m",
        raw({}, text=b"not json"),
        raw({}, text=b"\xff\xfe"),
        raw({}, text=b"[" * 100_000),
        raw([]),
        raw("text"),
        raw(None),
        raw({"blobs": 3}, b"abc"),
        raw({"blobs": ["3"]}, b"abc"),
        raw({"blobs": [4]}, b"abc"),
        raw({"blobs": [-1, 4]}, b"abc"),
        raw({}, b"abc"),
    ],
)
async def test_what_is_not_a_frame_is_refused(data) -> None:
    with pytest.raises(BadFrame):
        await receive(reader(data))


@pytest.mark.parametrize(
    ("header", "blobs"), [(MAX_HEADER + 1, 0), (2, MAX_BLOBS + 1), (2**32 - 1, 2**32 - 1)]
)
async def test_sizes_that_are_too_large_are_refused_before_anything_is_read(header, blobs) -> None:
    read = reader(PREFIX.pack(MAGIC, header, blobs) + b"{}")
    with pytest.raises(BadFrame):
        await receive(read)
    assert read.asked == [PREFIX.size]


async def test_a_frame_that_is_cut_off_is_the_reader_s_error() -> None:
    with pytest.raises(EOFError):
        await receive(reader(encode({"id": 1}, (b"abc",))[:-1]))
