import pytest

from codeflash_core.errors import UsageError
from codeflash_core.texts import decode


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\r\ny = 2\r\n",
        b"\xef\xbb\xbfx = '\xc3\xa4'\n",
        "# -*- coding: latin-1 -*-\nx = 'ä'\n".encode("latin-1"),
        b"",
        b"x = 1",
    ],
)
def test_a_file_goes_back_to_its_bytes(data: bytes) -> None:
    source = decode(data)
    assert source.encode(source.text) == data


def test_line_ends_are_kept() -> None:
    assert decode(b"a\r\nb\n").text == "a\r\nb\n"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"# coding: nonsense\n", b"x = '\xff'\n"])
def test_what_is_no_text_is_a_usage_error(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"m\.py"):
        decode(data, "m.py")


def test_characters_that_the_encoding_lacks_are_named() -> None:
    with pytest.raises(UsageError, match="iso-8859-1"):
        decode(b"# coding: latin-1\n").encode("x = '\u4e2d'\n")
