from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_core.texts import content, decode


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


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"x = '\xff'\n", "m.py:1:6"),
        (b"a = 1\nb = 2\nc = 3\nx = '\xc3\xa4\xe9'\n", "m.py:4:7"),
        (b"\xef\xbb\xbfa = 1\nb = 2\nc = 3\nd = \xff\n", "m.py:4:5"),
        (b"# coding: ascii\nx = '\xe9'\n", "m.py:2:6"),
    ],
    ids=["first line", "after a letter of two bytes", "after a byte order mark", "another encoding"],
)
def test_the_first_byte_that_does_not_fit_is_named(data: bytes, place: str) -> None:
    with pytest.raises(UsageError) as met:
        decode(data, "m.py")
    assert met.value.message.startswith(f"{place}: can't read the file as text: the byte 0x")
    assert str(met.value.where) == place


def test_an_encoding_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match=r"m\.py as text: unknown encoding: nonsense") as met:
        decode(b"# coding: nonsense\n", "m.py")
    assert str(met.value.where) == "m.py"


def test_characters_that_the_encoding_lacks_are_named() -> None:
    with pytest.raises(UsageError, match="iso-8859-1"):
        decode(b"# coding: latin-1\n").encode("x = '\u4e2d'\n")


def test_what_an_editor_holds_stands_before_what_the_disk_does(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"disk")
    assert content(tmp_path, "a.py", {}) == b"disk"
    assert content(tmp_path, "a.py", {"a.py": b"held"}) == b"held"
    assert content(tmp_path, "a.py", {"a.py": b""}) == b""
    with pytest.raises(OSError):
        content(tmp_path, "b.py", {"a.py": b"held"})
