import pytest

from codeflash_core.pipeline.combine import merge_files, merge_texts

BASE = "import os\n\ndef f():\n    return 1\n\ndef g():\n    return 2\n"


def test_changes_in_different_places_are_put_together() -> None:
    one = BASE.replace("return 1", "return 10")
    other = BASE.replace("return 2", "return 20")
    assert merge_texts(BASE, [one, other]) == BASE.replace("return 1", "return 10").replace(
        "return 2", "return 20"
    )


def test_two_insertions_at_one_place_keep_their_order() -> None:
    one = BASE.replace("import os\n", "import os\n_A = 1\n")
    other = BASE.replace("import os\n", "import os\n_B = 2\n")
    assert merge_texts(BASE, [one, other]) == BASE.replace("import os\n", "import os\n_A = 1\n_B = 2\n")


def test_the_same_change_twice_is_made_once() -> None:
    one = BASE.replace("import os\n", "import os\nimport re\n")
    assert merge_texts(BASE, [one, one]) == one


def test_changes_of_the_same_lines_don_t_merge() -> None:
    one = BASE.replace("return 1", "return 10")
    other = BASE.replace("return 1", "return 11")
    assert merge_texts(BASE, [one, other]) is None


def test_files_that_one_version_changes_come_along() -> None:
    assert merge_files({"a.py": BASE}, [{"a.py": "x\n"}, {"b.py": "new\n"}]) == {
        "a.py": "x\n",
        "b.py": "new\n",
    }


@pytest.mark.parametrize("second", [{"a.py": None}, {"a.py": "other\n"}])
def test_disagreement_about_a_file_is_told(second: dict[str, str | None]) -> None:
    assert merge_files({"a.py": "text\n"}, [{"a.py": "x\n"}, second]) is None


def test_a_new_file_with_two_texts_is_disagreement() -> None:
    assert merge_files({}, [{"n.py": "1\n"}, {"n.py": "2\n"}]) is None
