import pytest

from codeflash_core.errors import UsageError
from codeflash_core.records.shared_pages import read_page


def test_a_page_that_is_not_there_is_empty(tmp_path) -> None:
    assert read_page(tmp_path / "status.md") == ""
    (tmp_path / "status.md").write_text("# Shöp\n", encoding="utf-8")
    assert read_page(tmp_path / "status.md") == "# Shöp\n"


def test_a_page_that_is_not_utf_8_is_refused_with_its_path(tmp_path) -> None:
    page = tmp_path / "status.md"
    page.write_bytes("# Shöp\n".encode("latin-1"))
    with pytest.raises(UsageError, match=f"can't read {page}: it is not UTF-8"):
        read_page(page)


def test_a_folder_in_its_place_is_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="Is a directory"):
        read_page(tmp_path)
