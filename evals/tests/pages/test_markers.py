import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.pages.markers import write_between

PAGE = "# Title\n<!-- results: begin -->\nold\n<!-- results: end -->\nrest\n"


def test_only_what_stands_between_the_marks_is_replaced(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    write_between(page, "results", "new\n")
    write_between(page, "results", "newer\n")
    assert page.read_text() == "# Title\n<!-- results: begin -->\n\nnewer\n\n<!-- results: end -->\nrest\n"


@pytest.mark.parametrize(
    "text",
    ["no marks", PAGE * 2, "<!-- results: end -->\n<!-- results: begin -->\n", "<!-- results: begin -->\n"],
)
def test_a_page_without_its_marks_stays_as_it_is(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(UsageError, match="has no place for results"):
        write_between(page, "results", "new")
    assert page.read_text() == text


def test_a_page_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match="can't read the page"):
        write_between(tmp_path / "page.md", "results", "new")
