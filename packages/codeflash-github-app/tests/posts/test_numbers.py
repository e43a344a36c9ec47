"""Figures as Markdown: a repository chooses names and reasons, and none of them leaves its cell."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from codeflash_core.model.comparison import Interval
from codeflash_github_app.findings import Finding
from codeflash_github_app.posts.numbers import patch, table

MARKDOWN = MarkdownIt("commonmark").enable("table")
PARTS = ("|", "`", "\\", "@team", "#1", "https://e.example", "[x](y)", "<img src=x>", "a", " ", "**", "\n")
HOSTILE = st.lists(st.sampled_from(PARTS), max_size=10).map("".join)
MEASURED = Interval(point=1.8, low=1.7, high=1.9, level=0.99, blocks=6)


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
@example("a.py::f[x|@team]", "`a|b` \\| https://e.example")
def test_names_and_reasons_add_no_column_no_mention_and_no_link(name, reason):
    page = table([Finding(name, "accepted", MEASURED, reasons=(reason,)), Finding(name, reason)])
    assert {line.count("|") for line in page.splitlines()} == {6}
    tokens = MARKDOWN.parse(page)
    assert [token.type for token in tokens].count("td_open") == 10
    inline = [token for cell in tokens for token in cell.children or ()]
    assert not {token.type for token in inline} & {"link_open", "image", "softbreak"}
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<code>", "</code>"}
    words = "".join(token.content for token in inline if token.type in ("text", "text_special"))
    assert not any(each in words for each in ("@team", "#1", "://"))


def test_the_name_of_a_folded_patch_is_read_as_html():
    """Between these tags there is no Markdown: a backslash before a sign would be shown."""
    shown = patch(Finding("a.py::test_*@team</summary>", "accepted", diff="-a\n+b\n"))
    head = "Patch for <code>test&#95;&#42;&#64;&#8203;team&#60;/summary&#62;</code></summary>"
    assert head in shown
