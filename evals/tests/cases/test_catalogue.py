import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.cases.catalogue import read_all, selected


@pytest.fixture
def entries(folder):
    return read_all(folder)


def ids(found):
    return [each.id for each in found]


def test_everything_is_found_in_order(entries):
    assert ids(entries) == ["python/ledger", "python/orders"]


def test_words_select_by_id_name_group_and_class(entries):
    assert ids(selected(entries, ["python/orders"])) == ["python/orders"]
    assert ids(selected(entries, ["orders", "python"])) == ["python/orders", "python/ledger"]
    assert ids(selected(entries, [], ["no-slowness"])) == ["python/ledger"]
    assert selected(entries, []) == entries


def test_an_unknown_name_gets_the_nearest(entries):
    with pytest.raises(UsageError, match="no case python/order") as raised:
        selected(entries, ["python/order"])
    assert "python/orders" in raised.value.hint


def test_an_unknown_class_and_an_empty_selection_are_refused(entries):
    with pytest.raises(UsageError, match="class lure"):
        selected(entries, [], ["lure"])
    with pytest.raises(UsageError, match="of that class"):
        selected(entries, ["orders"], ["no-slowness"])


def test_a_folder_that_is_no_template_is_refused(folder, tmp_path):
    (folder / "templates/python/half").mkdir()
    with pytest.raises(UsageError, match=r"half has no template\.toml"):
        read_all(folder)
    (folder / "templates/python/half").rename(folder / "templates/cobol")
    (folder / "templates/cobol/one").mkdir()
    with pytest.raises(UsageError, match="cobol"):
        read_all(folder)
    with pytest.raises(UsageError, match="no cases"):
        read_all(tmp_path / "nowhere")
