import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from codeflash_lsp.texts.lines import Lines

TEXT = "a = 'é𝒳'\r\nb = '\x0c\u2028'\rc\nd"


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 11), ("utf-16", 8), ("utf-32", 7)])
def test_columns_count_in_the_clients_unit(encoding, character) -> None:
    lines = Lines(TEXT, encoding)
    offset = TEXT.index("𝒳") + 1
    assert lines.position(offset) == types.Position(line=0, character=character)
    assert lines.offset(types.Position(line=0, character=character)) == offset


def test_only_the_three_line_ends_of_the_protocol_end_a_line() -> None:
    assert Lines(TEXT).position(TEXT.index("c\n")).line == 2
    assert Lines(TEXT).position(len(TEXT)) == types.Position(line=3, character=1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_beyond_a_line_or_the_text_are_brought_to_their_ends(encoding) -> None:
    lines = Lines(TEXT, encoding)
    assert lines.offset(types.Position(line=0, character=99)) == TEXT.index("\r\n")
    assert lines.offset(types.Position(line=99, character=0)) == len(TEXT)
    assert lines.position(-5) == types.Position(line=0, character=0)


@given(st.text(alphabet="aé𝒳\r\n\x0c\u2028\ud800"), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_offsets_come_back_from_their_positions(text, encoding) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        back = lines.offset(lines.position(offset))
        # Between the two characters of a line end there is no position.
        assert back == offset or text[offset - 1 : offset + 1] == "\r\n"
