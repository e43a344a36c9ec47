import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types

from codeflash_lsp.texts import lines as module
from codeflash_lsp.texts.lines import Changing, Lines

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


def place(line, start, end):
    return types.Range(*(types.Position(line=line, character=each) for each in (start, end)))


PLACES = st.builds(types.Position, line=st.integers(0, 5), character=st.integers(0, 6))
CHARACTERS = st.text(alphabet="aé𝒳\r\n\x0c\u2028", max_size=12)


@given(
    CHARACTERS,
    st.lists(st.tuples(st.builds(types.Range, start=PLACES, end=PLACES), CHARACTERS), max_size=6),
    st.sampled_from(["utf-8", "utf-16", "utf-32"]),
)
@example("a\rb", [(place(1, 0, 1), "\n"), (place(1, 0, 0), "c")], "utf-16")  # a line end is completed
@example("a\rb\nc", [(place(1, 0, 1), ""), (place(1, 0, 0), "d")], "utf-16")
def test_changes_by_lines_are_those_of_the_whole_text(text, changes, encoding) -> None:
    changing = Changing(text, encoding)
    for span, new in changes:
        changing.replace(span, new)
        whole = Lines(text, encoding)
        start = whole.offset(span.start)
        text = text[:start] + new + text[max(start, whole.offset(span.end)) :]
        assert changing.text == text


def test_a_change_reads_only_the_lines_that_it_touches(monkeypatch) -> None:
    read, split = [], module.split_lines
    monkeypatch.setattr(module, "split_lines", lambda text: read.append(len(text)) or split(text))
    changing = Changing("x = 1\n" * 1_000, "utf-16")
    for line in range(100):
        changing.replace(place(9 * line, 4, 5), "2")
    assert changing.text.count("2") == 100
    assert read == [6_000] + [6] * 100
