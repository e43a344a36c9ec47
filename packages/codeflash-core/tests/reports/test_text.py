import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.reports.text import (
    clip,
    escape,
    markdown_block,
    markdown_code,
    markdown_text,
    split_lines,
    visible,
)

ANY = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("é 漢 🎉", "é 漢 🎉"),
        ("\u202eevil", "\\u202eevil"),
        ("\x00\x1b[31m", "\\x00\\x1b[31m"),
        ("\udc80", "\\udc80"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("\u2028", "\\u2028"),
    ],
)
def test_characters_that_hide_or_rearrange_text_are_spelled_out(text, shown):
    assert visible(text) == shown


def test_a_long_text_says_how_much_is_missing():
    assert clip("a" * 10, 10) == "a" * 10
    assert clip("a" * 1234, 10) == "aaaaaaaaaa… (1,224 more characters)"


@settings(deadline=None)
@given(ANY)
def test_escaped_text_comes_back_whole_and_holds_no_markup(text):
    escaped = escape(text)
    assert not set(escaped) & set("<>\"'")
    assert html.unescape(escaped) == visible(text)
    escaped.encode()


def test_lines_end_where_source_lines_end():
    assert split_lines("a\r\nb\rc\nd\x0ce") == ["a", "b", "c", "d\x0ce"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, 2 of them.", "plain words, 2 of them."),
        ("a\n  b", "a b"),
        ("<img src=x>", "&#60;img src=x&#62;"),
        ("cc @team, closes #12", "cc &#64;team, closes &#35;12"),
        ("[x](http://e.example)", "\\[x\\](http://e.example)"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("use `a[0] < b` here", "use `a[0] < b` here"),
        ("one ` backtick *b*", "one \\` backtick \\*b\\*"),
        ("a | b", "a \\| b"),
        ("&lt;", "&#38;lt;"),
    ],
)
def test_a_sentence_brings_no_markup_into_markdown(text, shown):
    assert markdown_text(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("f", "`f`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("", "`  `"), ("a\nb", "`a b`")],
)
def test_a_code_span_cannot_be_closed_from_inside(text, shown):
    assert markdown_code(text) == shown


def test_a_code_block_cannot_be_closed_from_inside():
    assert markdown_block("x\n````\ny\n", "sh") == "`````sh\nx\n````\ny\n`````"
