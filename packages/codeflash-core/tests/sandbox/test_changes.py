import os
from pathlib import Path

import pytest

from codeflash_core.sandbox import copy_project
from codeflash_core.sandbox.changes import Changes, changes_of


@pytest.fixture
def worked(project: Path, tmp_path: Path, confinement):
    """A copy in which something is done, and what is found of it."""
    (project / ".env").write_text("KEY=1")
    (project / "link").symlink_to("shop")

    def work(do, files: int = 5, size: int = 100) -> Changes:
        tree = copy_project(project, tmp_path / "copy", confinement)
        do(tree.copy)
        return changes_of(tree, most_files=files, most_bytes=size)

    return work


def test_new_changed_and_deleted_files_are_found(worked):
    def do(copy: Path) -> None:
        (copy / "shop/ordering.py").write_text("LIMIT = 11\n")
        (copy / "new").mkdir()
        (copy / "new/a.py").write_text("")
        (copy / "shop/__init__.py").unlink()

    found = worked(do)
    assert found.files == {"new/a.py": b"", "shop/__init__.py": None, "shop/ordering.py": b"LIMIT = 11\n"}
    assert not found.refused


def test_caches_modes_and_equal_bytes_are_no_changes(worked):
    def do(copy: Path) -> None:
        (copy / "shop/__pycache__").mkdir()
        (copy / "shop/__pycache__/a.pyc").write_bytes(b"x")
        (copy / "shop/ordering.py").write_text("LIMIT = 10\n")
        (copy / "shop/ordering.py").chmod(0o755)

    assert worked(do) == Changes({})


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda copy: (copy / "a.py").symlink_to("/etc/passwd"), "a.py is a new symbolic link"),
        (lambda copy: (copy / "link").unlink(), "link is gone"),
        (lambda copy: os.mkfifo(copy / "pipe"), "pipe is no regular file"),
        (lambda copy: (copy / ".env").write_text("KEY=2"), ".env is of a kind that holds secrets"),
        (lambda copy: (copy / "id_rsa").write_text("k"), "id_rsa is of a kind that holds secrets"),
        (lambda copy: (copy / "big").write_bytes(b"x" * 101), "big has 101 bytes"),
        (lambda copy: [(copy / n).write_bytes(b"x" * 60) for n in "ab"], "the new texts have 120 bytes"),
        (lambda copy: [(copy / n).touch() for n in "abcdef"], "6 files changed; 5 may"),
    ],
    ids=["link", "link gone", "pipe", "secret changed", "secret made", "large", "large together", "many"],
)
def test_what_cannot_be_taken_over_is_named_and_nothing_is_taken(worked, do, words):
    found = worked(do)
    assert found.files == {}
    assert words in found.refused[0]
