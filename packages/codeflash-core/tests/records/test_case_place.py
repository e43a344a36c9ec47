"""Whose work on which project: folders that every system takes."""

from pathlib import Path

import pytest

from codeflash_core.records.case_place import case_place, origin_names, slug


@pytest.mark.parametrize(
    ("origin", "names"),
    [
        ("https://example.test/acme/shop.git", ("acme", "shop")),
        ("https://example.test/acme/shop/", ("acme", "shop")),
        ("https://user:secret@example.test:8443/acme/shop", ("acme", "shop")),
        ("git@example.test:acme/shop.git", ("acme", "shop")),
        ("ssh://git@example.test/group/inner/shop.git", ("inner", "shop")),
        ("file:///srv/git/shop.git", None),
        ("/srv/git/acme/shop.git", None),
        ("../shop", None),
        ("C:\\git\\shop", None),
        ("https://example.test/shop", None),
        ("", None),
    ],
)
def test_organization_and_project_come_from_the_remote(origin, names):
    assert origin_names(origin) == names


def test_the_variable_wins_over_what_git_knows(tmp_path):
    place = case_place(tmp_path, member="Ada", user="Grace", email="g@example.test")
    assert place.teammember == "ada"


@pytest.mark.parametrize(
    ("user", "email", "member"),
    [
        ("Ada Lovelace", "x@example.test", "ada-lovelace"),
        ("", "ada.l@example.test", "ada.l"),
        (" ", "", "local"),
    ],
)
def test_without_the_variable_it_is_whom_git_knows(tmp_path, user, email, member):
    assert case_place(tmp_path, user=user, email=email).teammember == member


def test_without_a_remote_it_is_the_folder():
    place = case_place(Path("/projects/My Shop"))
    assert place.relative == ".codeflash/local/local/my-shop"
    assert place.results.relative_to(place.folder).as_posix() == "data/results.tsv"


@pytest.mark.parametrize(
    "text", ["..", "../../etc", "a/b", "CON", "nul.txt", "", "日本", ".hidden", "x" * 300, "a.lock", "-a"]
)
def test_a_slug_is_one_safe_name(text):
    found = slug(text)
    assert found and "/" not in found and "\\" not in found and ".." not in found
    assert not found.startswith((".", "-")) and not found.endswith(".lock")
    assert found.lower() not in ("con", "nul.txt")
    assert len(found) <= 80


def test_names_without_latin_letters_do_not_fall_together():
    assert slug("日本") != slug("中国")


def test_accents_are_dropped():
    assert slug("José Ångström") == "jose-angstrom"
