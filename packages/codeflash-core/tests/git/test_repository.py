"""What is known of a repository."""

import pytest

from codeflash_core.errors import StageError
from codeflash_core.git.program import ask_git
from codeflash_core.git.repository import find_repository


def test_a_folder_outside_git_has_no_repository(tmp_path):
    assert find_repository(tmp_path) is None


def test_a_repository_that_git_refuses_is_an_error(tmp_path, tree):
    (tree.root / ".git/config").write_text("[broken")
    with pytest.raises(StageError, match="can't read the repository"):
        find_repository(tree.root)


def test_the_folder_of_git_itself_is_no_work_tree(tree):
    assert find_repository(tree.root / ".git") is None


def test_paths_are_relative_to_the_project(tree):
    repository = find_repository(tree.root / "src")
    assert repository.prefix == "src/"
    assert repository.top == tree.root
    assert repository.blob_at("HEAD", "a b.py") == tree.git("rev-parse", "HEAD:src/a b.py")
    assert repository.blob_of("ö.py", "ö\n".encode()) == repository.blob_at("HEAD", "ö.py")


def test_what_is_not_in_a_commit_has_no_blob(tree):
    assert tree.repository.blob_at("HEAD", "src/none.py") == ""
    assert tree.repository.blob_at("HEAD", "src") == ""
    assert tree.repository.commit_of("no-such-branch") == ""


def test_changed_files_are_listed_with_new_ones_and_without_ignored_ones(tree):
    tree.write(".gitignore", "*.log\n")
    tree.commit()
    tree.write("src/a b.py", "new\n")
    tree.write("src/neu ü.py", "x\n")
    tree.write("x.log", "x\n")
    tree.git("add", "src/a b.py")
    assert tree.repository.changed("HEAD") == ("src/a b.py", "src/neu ü.py")
    assert find_repository(tree.root / "src").changed("HEAD") == ("a b.py", "neu ü.py")


def test_settings_and_origin_are_read(tree):
    assert tree.repository.origin() == ""
    tree.git("remote", "add", "origin", "https://example.test/acme/shop.git")
    assert tree.repository.origin() == "https://example.test/acme/shop.git"
    assert tree.repository.setting("user.name") == "Ada"


def test_variables_of_git_around_us_do_not_lead_elsewhere(tree, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert find_repository(tree.root) is not None


def test_a_refusal_is_told(tree):
    with pytest.raises(StageError, match="git rev-parse failed"):
        ask_git(tree.root, "rev-parse", "--verify", "nothing")
