"""What changed since a revision, function by function."""

from __future__ import annotations

import subprocess

import pytest

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_python.discovery.changes import changed_functions, changed_targets
from codeflash_python.discovery.project import find_project

BEFORE = (
    b"def a():\n    return 1\n\n\ndef b():\n    return 2\n\n\nclass C:\n    def m(self):\n        return 3\n"
)


def test_layout_and_comments_are_no_change():
    after = BEFORE.replace(b"    return 1", b"    # why\n    return  1").replace(b"return 3", b"return 4")
    assert changed_functions(BEFORE, after) == {"C.m"}


def test_new_functions_count_and_a_broken_past_is_empty():
    assert changed_functions(BEFORE, BEFORE + b"def d():\n    return 1\n") == {"d"}
    assert changed_functions(b"def (", BEFORE) == {"a", "b", "C.m"}


@pytest.fixture
def repository(project, monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    root = project(
        {"src/mod.py": BEFORE.decode(), "src/same.py": "def x():\n    return 1\n", "tests/test_a.py": ""}
    )

    def git(*arguments):
        settings = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.invalid",
            "-c",
            "init.defaultBranch=main",
        ]
        subprocess.run(["git", *settings, *arguments], cwd=root, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    return root


def test_changed_new_and_untracked_files_are_seen(repository):
    (repository / "src" / "mod.py").write_bytes(BEFORE.replace(b"return 2", b"return 5"))
    (repository / "src" / "né w.py").write_text("def fresh():\n    return 1\n", encoding="utf-8")
    (repository / "tests" / "test_a.py").write_text("def test_a():\n    return 1\n")
    (repository / "src" / "same.py").unlink()
    project = find_project(repository, environ={})
    assert [target.id for target in changed_targets(project, "HEAD")] == [
        "src/mod.py::b",
        "src/né w.py::fresh",
    ]


def test_a_project_below_the_repositorys_root_has_its_own_paths(repository):
    (repository / "src" / "mod.py").write_bytes(BEFORE.replace(b"return 1", b"return 5"))
    project = find_project(repository / "src", environ={})
    assert [target.id for target in changed_targets(project, "main")] == ["mod.py::a"]


def test_an_unknown_revision_or_no_repository_is_explained(repository, tmp_path):
    with pytest.raises(UsageError, match="no revision nowhere"):
        changed_targets(find_project(repository, environ={}), "nowhere")
    with pytest.raises(UsageError, match="no revision --output"):
        changed_targets(find_project(repository, environ={}), "--output=/tmp/x")
    (tmp_path / "bare").mkdir()
    with pytest.raises(UsageError, match=r"bare is no git repository") as met:
        changed_targets(find_project(tmp_path / "bare", environ={}), "main")
    assert "use --all" in met.value.hint


def test_a_repository_that_git_refuses_is_explained_in_its_words(repository):
    (repository / ".git" / "config").write_text("[core\n")
    with pytest.raises(UsageError, match=r"git can't read the repository of .*bad config"):
        changed_targets(find_project(repository, environ={}), "main")


def test_a_changed_file_that_does_not_parse_is_named(repository):
    (repository / "src" / "mod.py").write_text("def (")
    with pytest.raises(UsageError, match=r"src/mod\.py does not parse: line 1"):
        changed_targets(find_project(repository, environ={}), "HEAD")


def test_a_missing_git_is_explained(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="git"):
        changed_targets(find_project(repository, environ={}), "HEAD")
