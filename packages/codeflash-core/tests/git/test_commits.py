"""Commits of named files, beside whatever the user is doing."""

import pytest

from codeflash_core.errors import DeliveryError
from codeflash_core.git.commits import name_branch, patch_of, restore, write_commit
from codeflash_core.git.repository import find_repository


def test_only_named_files_are_committed_and_nothing_of_the_user_is_touched(tree):
    tree.write("staged.py", "staged\n")
    tree.git("add", "staged.py")
    tree.write("src/ö.py", "not staged\n")
    tree.write("untracked.py", "x\n")
    before = tree.state()
    made = write_commit(
        tree.repository, "HEAD", {"src/a b.py": b"fast\n", "new/f.py": b"n\n"}, "Faster\n\nwhy\n"
    )
    commit = name_branch(tree.repository, "perf/faster", made)
    assert tree.state() == before
    assert commit.branch == "perf/faster"
    changed = tree.git(
        "-c", "core.quotepath=off", "diff", "--name-status", "main", "perf/faster"
    ).splitlines()
    assert changed == ["A\tnew/f.py", "M\tsrc/a b.py"]
    assert tree.git("show", "perf/faster:src/a b.py") == "fast"
    assert tree.git("log", "-1", "--format=%an %s", "perf/faster") == "Ada Faster"


def test_hooks_do_not_run(tree):
    for name in ("pre-commit", "commit-msg", "reference-transaction", "post-index-change"):
        hook = tree.root / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{tree.root}/ran-{name}'\nexit 1\n")
        hook.chmod(0o755)
    made = write_commit(tree.repository, "HEAD", {"src/a b.py": b"fast\n"}, "Faster")
    name_branch(tree.repository, "perf/faster", made)
    assert not list(tree.root.glob("ran-*"))


def test_a_file_can_be_deleted_and_keeps_its_mode(tree):
    (tree.root / "src/a b.py").chmod(0o755)
    tree.commit()
    made = write_commit(tree.repository, "HEAD", {"src/a b.py": b"fast\n", "src/ö.py": None}, "Faster")
    listed = tree.git("-c", "core.quotepath=off", "ls-tree", "-r", made).split("\n")
    assert len(listed) == 1
    assert listed[0].startswith("100755") and listed[0].endswith("src/a b.py")


def test_a_project_below_the_top_commits_its_own_paths(tree):
    made = write_commit(find_repository(tree.root / "src"), "HEAD", {"a b.py": b"fast\n"}, "Faster")
    assert tree.git("show", f"{made}:src/a b.py") == "fast"


def test_a_taken_name_gets_a_number(tree):
    first = write_commit(tree.repository, "HEAD", {"src/a b.py": b"1\n"}, "One")
    second = write_commit(tree.repository, "HEAD", {"src/a b.py": b"2\n"}, "Two")
    assert name_branch(tree.repository, "perf/x", first).branch == "perf/x"
    assert name_branch(tree.repository, "perf/x", second).branch == "perf/x-2"


def test_the_same_change_again_is_the_branch_that_holds_it(tree):
    first = write_commit(tree.repository, "HEAD", {"src/a b.py": b"1\n"}, "One")
    again = write_commit(tree.repository, "HEAD", {"src/a b.py": b"1\n"}, "One")
    branches = {name_branch(tree.repository, "perf/x", each).branch for each in (first, again)}
    assert branches == {"perf/x"}


def test_a_commit_of_nothing_is_refused(tree):
    with pytest.raises(DeliveryError, match="nothing to commit"):
        write_commit(tree.repository, "HEAD", {"src/a b.py": b"old\n"}, "Nothing")


def test_without_an_author_it_says_how_to_name_one(tree):
    tree.git("config", "--unset", "user.name")
    tree.git("config", "--unset", "user.email")
    tree.git("config", "user.useConfigOnly", "true")
    with pytest.raises(DeliveryError, match="can't commit") as refused:
        write_commit(tree.repository, "HEAD", {"src/a b.py": b"fast\n"}, "Faster")
    assert "git config user.email" in refused.value.hint


def test_line_ends_are_committed_as_the_repository_wants_them(tree):
    tree.write(".gitattributes", "*.py text eol=crlf\n")
    tree.commit()
    made = write_commit(tree.repository, "HEAD", {"src/a b.py": b"fast\r\n"}, "Faster")
    assert tree.git("cat-file", "-s", f"{made}:src/a b.py") == str(len(b"fast\n"))


def test_a_change_is_taken_out_of_the_tree_as_a_patch_and_goes_back_in(tree, tmp_path):
    tree.write("src/ö.py", "mine\n")
    before = tree.state()
    tree.write("src/a b.py", "fast\n")
    tree.write("new ü.py", "n\n")
    paths = ("src/a b.py", "new ü.py")
    patch = patch_of(tree.repository, "HEAD", paths)
    restore(tree.repository, "HEAD", paths)
    assert tree.state() == before
    assert (tree.root / "src/a b.py").read_text() == "old\n"
    assert not (tree.root / "new ü.py").exists()
    (tmp_path / "p.patch").write_bytes(patch)
    tree.git("apply", str(tmp_path / "p.patch"))
    assert (tree.root / "src/a b.py").read_text() == "fast\n"
    assert (tree.root / "new ü.py").read_text() == "n\n"


def test_a_deleted_file_is_put_back(tree):
    (tree.root / "src/a b.py").unlink()
    assert b"deleted file" in patch_of(tree.repository, "HEAD", ("src/a b.py",))
    restore(tree.repository, "HEAD", ("src/a b.py",))
    assert (tree.root / "src/a b.py").read_text() == "old\n"
