import pytest

from codeflash_core.errors import UsageError
from codeflash_core.git.exporting import export, fetch_pull_request, resolve_ref
from codeflash_core.git.repository import find_repository


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_a_commit_is_written_out_and_nothing_of_the_user_changes(tree, tmp_path):
    first = tree.repository.commit_of("HEAD")
    tree.write("src/a b.py", "new\n")
    tree.commit()
    tree.write("src/ö.py", "staged\n")
    tree.git("add", "-A")
    tree.write("src/a b.py", "dirty\n")
    before, worktrees = tree.state(), tree.git("worktree", "list")
    made = export(tree.repository, first, tmp_path / "out")
    assert files(made.folder) == {"src/a b.py": "old\n", "src/ö.py": "ö\n"}
    assert files(export(tree.repository, "HEAD", tmp_path / "two").folder)["src/a b.py"] == "new\n"
    assert (tree.state(), tree.git("worktree", "list")) == (before, worktrees)
    assert made.notes == ()


def test_a_project_below_the_top_is_found_in_the_export(tree, tmp_path):
    inner = find_repository(tree.root / "src")
    assert sorted(files(export(inner, "HEAD", tmp_path / "out").folder)) == ["a b.py", "ö.py"]


def test_a_version_without_the_project_is_refused(tree, tmp_path):
    old = tree.repository.commit_of("HEAD")
    tree.write("later/m.py", "x = 1\n")
    tree.commit()
    with pytest.raises(UsageError, match="has no folder later/"):
        export(find_repository(tree.root / "later"), old, tmp_path / "out")


def test_submodules_come_along_and_are_named_where_they_are_not_here(tree, tmp_path):
    other = tmp_path / "other"
    tree.git("clone", "-q", str(tree.root), str(other))
    tree.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "lib")
    tree.commit()
    made = export(tree.repository, "HEAD", tmp_path / "out")
    assert files(made.folder)["lib/src/a b.py"] == "old\n"
    tree.git("submodule", "deinit", "-q", "-f", "lib")
    gone = export(tree.repository, "HEAD", tmp_path / "two")
    assert "lib/src/a b.py" not in files(gone.folder)
    assert gone.notes[0].startswith("the submodule lib is not here at ")


def test_an_unknown_ref_is_refused_and_a_shallow_clone_gets_a_hint(tree, tmp_path):
    with pytest.raises(UsageError, match="there is no commit nowhere"):
        resolve_ref(tree.repository, "nowhere")
    tree.write("new", "x")
    tree.commit()
    tree.git("clone", "-q", "--depth", "1", f"file://{tree.root}", str(tmp_path / "shallow"))
    with pytest.raises(UsageError) as caught:
        resolve_ref(find_repository(tmp_path / "shallow"), "HEAD~1")
    assert "--unshallow" in caught.value.hint


@pytest.mark.parametrize("name", ["--help", "-x", "HEAD^{tree}", ""])
def test_words_that_name_no_commit_are_refused(tree, name):
    with pytest.raises(UsageError, match="there is no commit"):
        resolve_ref(tree.repository, name)


def test_a_pull_request_is_fetched_without_leaving_a_ref(tree, tmp_path):
    clone = tmp_path / "clone"
    tree.git("clone", "-q", str(tree.root), str(clone))
    base = tree.repository.commit_of("HEAD")
    tree.git("checkout", "-q", "--detach")
    tree.write("src/a b.py", "proposed\n")
    proposed = tree.commit()
    tree.git("update-ref", "refs/pull/7/head", proposed)
    tree.git("checkout", "-q", "main")
    repository = find_repository(clone)
    found = fetch_pull_request(repository, 7)
    assert [each.commit for each in found] == [base, proposed]
    tree.root = clone
    assert "codeflash" not in tree.git("for-each-ref")
    with pytest.raises(UsageError, match="can't fetch pull request 8"):
        fetch_pull_request(repository, 8)
