import os
from pathlib import Path

import pytest

from codeflash_core.sandbox import copy_project, remove
from codeflash_core.sandbox.changes import Changes, changes_of


def nest(folder: Path, name: str, depth: int) -> None:
    """Folders in folders, deeper than a path may be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


@pytest.fixture
def worked(project: Path, tmp_path: Path, confinement):
    """A copy in which something is done, and what is found of it."""
    (project / ".env").write_text("KEY=1")
    (project / "link").symlink_to("shop")

    def work(do, files: int = 5, size: int = 100) -> Changes:
        tree = copy_project(project, tmp_path / "copy", confinement)
        do(tree.copy)
        return changes_of(tree, most_files=files, most_bytes=size)

    yield work
    remove(tmp_path / "copy")


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


def test_what_was_large_before_is_no_change(worked, project: Path):
    (project / "data.bin").write_bytes(b"x" * 1000)
    assert worked(lambda copy: (copy / "a.py").write_text("")) == Changes({"a.py": b""})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_folders_in_folders_are_looked_into_however_many(worked):
    def do(copy: Path) -> None:
        nest(copy, "a", 1200)
        (copy / "shop/ordering.py").write_text("LIMIT = 11\n")

    assert worked(do).files == {"shop/ordering.py": b"LIMIT = 11\n"}


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda copy: (copy / "a.py").symlink_to("/etc/passwd"), "a.py is a new symbolic link"),
        (lambda copy: (copy / "link").unlink(), "link is gone"),
        (lambda copy: os.mkfifo(copy / "pipe"), "pipe is no regular file"),
        (lambda copy: (copy / ".env").write_text("KEY=2"), ".env is of a kind that holds secrets"),
        (lambda copy: (copy / "id_rsa").write_text("k"), "id_rsa is of a kind that holds secrets"),
        (lambda copy: (copy / "big").write_bytes(b"x" * 101), "the new texts have 101 bytes"),
        (lambda copy: [(copy / n).write_bytes(b"x" * 60) for n in "ab"], "the new texts have 120 bytes"),
        (lambda copy: [(copy / n).touch() for n in "abcdef"], "6 files changed; 5 may"),
        (lambda copy: Path(os.fsdecode(bytes(copy) + b"/\xff.py")).touch(), "no name that a text can hold"),
        (lambda copy: nest(copy, "a" * 200, 30), "can't be looked into: File name too long"),
    ],
    ids=[
        *("link", "link gone", "pipe", "secret changed", "secret made", "large", "large together", "many"),
        *("no text's name", "too deep"),
    ],
)
def test_what_cannot_be_taken_over_is_named_and_nothing_is_taken(worked, do, words):
    found = worked(do)
    assert found.files == {}
    assert words in found.refused[0]
