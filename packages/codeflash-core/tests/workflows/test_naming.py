import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_core.workflows.naming import file_of, label_of


@pytest.mark.parametrize(
    ("folder", "label"),
    [("", ""), ("libs/a/", "libs-a"), ("shop/", "shop"), ("a.b/c_d/", "a.b-c_d")],
)
def test_a_project_is_told_by_its_folder(folder, label):
    assert label_of(folder) == label


def test_folders_that_read_alike_are_told_apart():
    folders = ["libs/a/", "libs-a/", "libs a/", "libs--a/", "libs/ä/", "ä/", "ö/"]
    assert len({label_of(each) for each in folders}) == len(folders)


@given(st.text(min_size=1))
def test_a_label_is_a_word_that_closes_no_comment(folder):
    label = label_of(folder)
    assert re.fullmatch(r"([A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)*)?", label)
    assert (label == "") == (folder.strip("/") == "")


def test_the_file_at_the_top_has_a_plain_name():
    assert file_of("") == ".github/workflows/codeflash.yml"
    assert file_of("libs/a/") == ".github/workflows/codeflash-libs-a.yml"
