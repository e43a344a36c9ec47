import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from codeflash_core.reports.text import (
    clip,
    escape,
    html_code,
    markdown_block,
    markdown_code,
    markdown_text,
    one_line,
    split_lines,
    table_cell,
    table_row,
    visible,
)

PARTS = (
    "|", "\\", "`", "``", "``` ", "@team", "ada@e.example", "#12", "gh-1", "https://e.example/x", "www.e.example", "[x](y)",
    "![x](y)", "[x]: y", "<b>", "<!-- ", "&#124;", "&", "a", " ", "\n", "$x$", "_a_", "**", "~~", "!", "mailto:", "---", "\u202e", "\u200b",
)  # fmt: skip
HOSTILE = st.one_of(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), st.text(max_size=60))
LINKED = re.compile(r"@\w|#\d|gh-\d|://|www\.", re.IGNORECASE)
"""What becomes a mention, a reference or a link on GitHub."""
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
UNSEEN = dict.fromkeys(map(ord, " `\u200b"))
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
        ("cc @team, closes #12 and GH-3", "cc &#64;&#8203;team, closes &#35;&#8203;12 and GH-&#8203;3"),
        ("C# at 5 @ once", "C&#35; at 5 &#64; once"),
        ("see https://e.example", "see https:&#8203;//e.example"),
        ("WWW.e.example or ada@e.example", "WWW&#8203;.e.example or ada&#64;&#8203;e.example"),
        ("$x$", "&#36;x&#36;"),
        ("[x](http://e.example)", "\\[x\\](http:&#8203;//e.example)"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("use `a[0] < b` here", "use `a[0] < b` here"),
        ("one ` backtick *b*", "one \\` backtick \\*b\\*"),
        ("a | b", "a &#124; b"),
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", "a &#124; b"),
        ("use `a | b` here", "use <code>a &#124; b</code> here"),
        ("use `a` here", "use `a` here"),
        ("a\\|b", "a\\\\&#124;b"),
    ],
)
def test_a_sentence_in_a_table_stays_one_cell(text, shown):
    assert table_cell(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("test_many[a]", "`test_many[a]`"),
        ("test[a|b]", "<code>test&#91;a&#124;b&#93;</code>"),
        ("t[a\\|`@x`]", "<code>t&#91;a&#92;&#124;&#96;&#64;&#8203;x&#96;&#93;</code>"),
    ],
)
def test_a_name_in_a_table_stays_one_cell(text, shown):
    assert table_cell(text, code=True) == shown


def test_a_row_has_a_cell_for_each_text():
    assert table_row("a", "", "b") == "| a |  | b |"


def row_of(cell):
    """The cells of a row with this cell, and the tokens in it."""
    tokens = MARKDOWN.parse(f"| a | b |\n|---|---|\n{table_row(cell, 'end')}\n\nafter")
    body = next(number for number, token in enumerate(tokens) if token.type == "tbody_open")
    cells = [token.children or [] for token in tokens[body:] if token.type == "inline"][:-1]
    assert [token.type for token in tokens[body:]].count("tr_open") == 1
    return cells


@settings(deadline=None)
@given(HOSTILE, st.booleans())
@example("a\\|b", True)
@example("`a|@team`", False)
@example("`a`|``b | https://e.example``", False)
@example("|` |`", False)
@example("a` a `", False)
def test_nothing_in_a_cell_adds_a_column_a_tag_a_mention_or_a_link(text, code):
    cell = table_cell(text, code=code)
    assert not set(cell) & set("|\n")
    first, last = row_of(cell)
    assert [token.content for token in last] == ["end"]
    kinds = {token.type for token in first}
    assert kinds <= {"text", "text_special", "code_inline", "html_inline"}
    assert {token.content for token in first if token.type == "html_inline"} <= {"<code>", "</code>"}
    words = "".join(token.content for token in first if token.type in ("text", "text_special"))
    assert not LINKED.search(words)
    shown = "".join(token.content for token in first if token.type != "html_inline")
    # Markdown takes a blank off both ends of code.
    assert shown.translate(UNSEEN) == visible(one_line(text)).translate(UNSEEN)


@settings(deadline=None)
@given(HOSTILE)
def test_nothing_in_a_sentence_becomes_a_tag_a_mention_or_a_link(text):
    (paragraph,) = (token for token in MARKDOWN.parse(f"x {markdown_text(text)} x") if token.type == "inline")
    assert {token.type for token in paragraph.children} <= {"text", "text_special", "code_inline"}
    words = "".join(token.content for token in paragraph.children if token.type != "code_inline")
    assert not LINKED.search(words)


@settings(deadline=None)
@given(HOSTILE)
def test_code_by_html_alone_holds_nothing_that_is_read_as_markdown_or_html(text):
    code = html_code(text).removeprefix("<code>").removesuffix("</code>")
    assert not set(code) & set("|`*_[]<>\\\n\"'")
    assert html.unescape(code).replace("\u200b", "") == visible(one_line(text))
