import pytest

from codeflash_core.cases.prose import HEADINGS, TEMPLATE, read_prose
from codeflash_core.errors import UsageError


def test_a_title_and_three_sections_are_read(tmp_path):
    (tmp_path / "case.md").write_text(TEMPLATE.format(title="org/words"))
    found = read_prose(tmp_path / "case.md")
    assert found.title == "org/words"
    assert tuple(found.sections) == HEADINGS
    assert found.sections["How to reproduce"] == "(The commands, with public tools only.)"


def test_headings_in_code_are_code(tmp_path):
    text = TEMPLATE.format(title="t").replace("(The commands", "```sh\n## not a heading\n```\n(The commands")
    (tmp_path / "case.md").write_text(text)
    assert "## not a heading" in read_prose(tmp_path / "case.md").sections["How to reproduce"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "lacks a title"),
        ("# t\n## What was slow\nx\n", "lacks 'What was done'"),
        ("# t\n## Something\nx\n", "line 2: the heading 'Something' is not known"),
        (
            "# t\n## What was slow\nx\n## What was slow\ny\n",
            "line 4: the heading 'What was slow' is there twice",
        ),
    ],
)
def test_what_is_missing_or_too_much_is_told(tmp_path, text, told):
    (tmp_path / "case.md").write_text(text)
    with pytest.raises(UsageError, match=told):
        read_prose(tmp_path / "case.md")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UsageError, match="can't read"):
        read_prose(tmp_path / "case.md")
