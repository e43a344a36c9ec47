import errno
import hashlib
import os
import socket
import stat
from pathlib import Path

import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.sandbox import Confinement, cloning, copy_project, remove, with_changes
from codeflash_core.sandbox import tree as tree_module

CONFINED = Confinement("bubblewrap", (), "/usr/bin/bwrap")


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_copy_holds_the_same_bytes_modes_and_times(project, tmp_path, confinement):
    script = project / "rün me.py"
    script.write_bytes(b"\xef\xbb\xbfprint('hi')\r\n")
    script.chmod(0o755)
    os.utime(script, ns=(10**18, 10**18 + 7))
    tree = copy_project(project, tmp_path / "copy", confinement)
    copied = tree.copy / script.name
    assert copied.read_bytes() == script.read_bytes()
    assert stat.S_IMODE(copied.stat().st_mode) == 0o755
    assert copied.stat().st_mtime_ns == 10**18 + 7
    assert copied.stat().st_ino != script.stat().st_ino


def test_a_hard_linked_file_is_not_shared_with_the_copy(project, tmp_path, confinement):
    os.link(project / "shop/ordering.py", project / "again.py")
    tree = copy_project(project, tmp_path / "copy", confinement)
    (tree.copy / "again.py").write_text("changed")
    assert (
        (project / "again.py").read_text() == (tree.copy / "shop/ordering.py").read_text() == "LIMIT = 10\n"
    )
    assert (tree.copy / "again.py").stat().st_nlink == 1


def test_version_control_caches_and_journals_stay_out(project, tmp_path, confinement):
    for name in (
        ".git/HEAD",
        "shop/__pycache__/ordering.cpython-311.pyc",
        "shop/old.pyc",
        ".tox/x",
        ".codeflash/run",
    ):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    tree = copy_project(project, tmp_path / "copy", confinement, extra_exclude=["*.big", "docs/build"])
    assert names(tree.copy) == {"shop", "shop/__init__.py", "shop/ordering.py"}


def test_extra_patterns_are_left_out_by_name_and_by_path(project, tmp_path, confinement):
    for name in ("a.big", "docs/build/x", "build/x"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    tree = copy_project(project, tmp_path / "copy", confinement, extra_exclude=["*.big", "docs/build"])
    assert names(tree.copy) - {"shop", "shop/__init__.py", "shop/ordering.py"} == {"docs", "build", "build/x"}


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".env.local",
        "server.pem",
        "id_rsa",
        "id_rsa_work",
        "id_ed25519",
        ".netrc",
        ".pypirc",
        ".npmrc",
    ],
)
def test_a_secret_file_is_empty_in_the_copy(project, tmp_path, confinement, name):
    (project / "shop" / name).write_text("secret")
    tree = copy_project(project, tmp_path / "copy", confinement)
    assert (tree.copy / "shop" / name).read_bytes() == b""
    assert tree.masked == (f"shop/{name}",)
    assert (project / "shop" / name).read_text() == "secret"


def test_an_example_of_a_secret_file_is_copied(project, tmp_path, confinement):
    (project / ".env.example").write_text("KEY=")
    tree = copy_project(project, tmp_path / "copy", confinement)
    assert (tree.copy / ".env.example").read_text() == "KEY="


def test_environments_become_empty_mount_points(project, tmp_path):
    for name in ("my env/pyvenv.cfg", "my env/lib/x.py", "web/node_modules/x.js", ".git/HEAD"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    tree = copy_project(project, tmp_path / "copy", CONFINED, read_only=(".git",))
    assert tree.environments == (".git", "my env", "web/node_modules")
    assert all(list((tree.copy / name).iterdir()) == [] for name in tree.environments)
    changed = with_changes(tree, {}, tmp_path / "other")
    assert all((changed.copy / name).is_dir() for name in tree.environments)


def test_a_project_that_is_itself_an_environment_is_copied(project, tmp_path, confinement):
    (project / "pyvenv.cfg").touch()
    assert (copy_project(project, tmp_path / "copy", confinement).copy / "shop/ordering.py").exists()


def test_symbolic_links_stay_links(project, tmp_path, confinement):
    (tmp_path / "outside.txt").write_text("outside")
    (project / "inner").symlink_to("shop")
    (project / "outer").symlink_to(tmp_path / "outside.txt")
    (project / "broken").symlink_to("nowhere")
    tree = copy_project(project, tmp_path / "copy", confinement)
    assert str((tree.copy / "inner").readlink()) == "shop"
    assert str((tree.copy / "outer").readlink()) == str(tmp_path / "outside.txt")
    assert str((tree.copy / "broken").readlink()) == "nowhere"
    again = with_changes(tree, {}, tmp_path / "again")
    assert str((again.copy / "inner").readlink()) == "shop"


def test_sockets_and_pipes_are_skipped_and_named(project, tmp_path, confinement, monkeypatch):
    os.mkfifo(project / "queue")
    monkeypatch.chdir(project)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        tree = copy_project(project, tmp_path / "copy", confinement)
    assert tree.left_out == ("queue", "socket")
    assert not (tree.copy / "queue").exists()


def test_an_unreadable_file_is_left_out_and_named(project, tmp_path, confinement, monkeypatch):
    real = cloning.clone

    def refuse(source: Path, target: Path) -> str:
        if source.name == "ordering.py":
            raise PermissionError(errno.EACCES, "no")
        return real(source, target)

    monkeypatch.setattr(tree_module, "clone", refuse)
    tree = copy_project(project, tmp_path / "copy", confinement)
    assert tree.left_out == ("shop/ordering.py",)
    assert names(tree.copy) == {"shop", "shop/__init__.py"}


# Out of the depth of shutil.rmtree a handle comes back that only the collector closes.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("name", "depth"), [("a", 1500), ("a" * 200, 300)], ids=["many", "long names"])
def test_folders_nested_deeper_than_a_walk_or_a_path_can_follow_are_removed(tmp_path, name, depth):
    top = tmp_path / "copy"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    remove(top)
    assert not top.exists()


def test_a_read_only_project_can_be_copied_changed_and_removed(project, tmp_path, confinement):
    (project / "shop/ordering.py").chmod(0o444)
    (project / "shop").chmod(0o555)
    try:
        tree = copy_project(project, tmp_path / "copy", confinement)
        assert stat.S_IMODE((tree.copy / "shop/ordering.py").stat().st_mode) == 0o444
        changed = with_changes(tree, {"shop/ordering.py": b"LIMIT = 11\n"}, tmp_path / "other")
        assert (changed.copy / "shop/ordering.py").read_bytes() == b"LIMIT = 11\n"
        assert stat.S_IMODE((changed.copy / "shop/ordering.py").stat().st_mode) == 0o444
        remove(tree)
        remove(changed)
        assert not tree.copy.exists() and not changed.copy.exists()
    finally:
        (project / "shop").chmod(0o755)


def test_a_copy_inside_the_project_does_not_copy_itself(project, confinement):
    tree = copy_project(project, project / "state" / "copy", confinement)
    assert names(tree.copy) == {"state", "shop", "shop/__init__.py", "shop/ordering.py"}


def test_a_copy_is_seen_at_the_real_path_only_under_bubblewrap(project, tmp_path, confinement):
    assert copy_project(project, tmp_path / "a", CONFINED).shown_at == project.resolve()
    assert copy_project(project, tmp_path / "b", confinement).shown_at == tmp_path / "b"


def test_a_project_reached_through_a_link_is_known_by_its_real_path(project, tmp_path, confinement):
    (tmp_path / "link").symlink_to(project)
    assert copy_project(tmp_path / "link", tmp_path / "copy", confinement).project == project.resolve()


def test_the_digest_follows_names_contents_and_modes(project, tmp_path, confinement):
    numbers = iter(range(9))

    def digest() -> str:
        return copy_project(project, tmp_path / str(next(numbers)), confinement).digest

    first = digest()
    os.utime(project / "shop/ordering.py", (1, 1))
    assert digest() == first
    (project / "shop/ordering.py").chmod(0o755)
    executable = digest()
    (project / "shop/ordering.py").write_text("LIMIT = 12\n")
    changed = digest()
    (project / "shop/ordering.py").rename(project / "shop/sorting.py")
    assert len({first, executable, changed, digest()}) == 4


@pytest.mark.parametrize("bad", ["/", "missing", "shop/ordering.py"])
def test_what_is_no_project_folder_is_refused(project, tmp_path, confinement, bad):
    with pytest.raises(UsageError):
        copy_project(project / bad, tmp_path / "copy", confinement)
    assert not (tmp_path / "copy").exists()


def test_a_full_disk_is_named_and_nothing_is_left(project, tmp_path, confinement, monkeypatch):
    def fail(source: Path, target: Path) -> str:
        target.write_bytes(b"par")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tree_module, "clone", fail)
    with pytest.raises(StageError, match="disk is full"):
        copy_project(project, tmp_path / "copy", confinement)
    assert not (tmp_path / "copy").exists()


def test_an_interrupted_copy_leaves_nothing(project, tmp_path, confinement, monkeypatch):
    def interrupt(source: Path, target: Path) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(tree_module, "clone", interrupt)
    with pytest.raises(KeyboardInterrupt):
        copy_project(project, tmp_path / "copy", confinement)
    assert not (tmp_path / "copy").exists()


def test_a_place_that_is_taken_is_refused_and_kept(project, tmp_path, confinement):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/file").touch()
    with pytest.raises(StageError, match="not empty"):
        copy_project(project, tmp_path / "copy", confinement)
    assert (tmp_path / "copy/file").exists()


def test_changes_replace_add_and_delete_in_a_fresh_copy_only(tree, tmp_path):
    changed = with_changes(
        tree,
        {"shop/ordering.py": b"LIMIT = 11\n", "shop/deep/new.py": b"\xff", "shop/__init__.py": None},
        tmp_path / "changed",
    )
    assert names(changed.copy) == {"shop", "shop/ordering.py", "shop/deep", "shop/deep/new.py"}
    assert (changed.copy / "shop/ordering.py").read_bytes() == b"LIMIT = 11\n"
    assert (changed.copy / "shop/deep/new.py").read_bytes() == b"\xff"
    assert (tree.copy / "shop/ordering.py").read_bytes() == b"LIMIT = 10\n"
    assert changed.shown_at == changed.copy
    assert changed.project == tree.project


def test_the_digest_of_a_changed_tree_is_that_of_the_same_project(tree, project, tmp_path, confinement):
    changed = with_changes(
        tree, {"shop/ordering.py": b"LIMIT = 11\n", "shop/new.py": b""}, tmp_path / "changed"
    )
    (project / "shop/ordering.py").write_bytes(b"LIMIT = 11\n")
    (project / "shop/new.py").touch(0o644)
    assert changed.digest == copy_project(project, tmp_path / "again", confinement).digest != tree.digest


def test_changes_of_changes_build_on_them(tree, tmp_path):
    first = with_changes(tree, {"shop/new.py": b"1"}, tmp_path / "first")
    second = with_changes(first, {"shop/ordering.py": b"2"}, tmp_path / "second")
    assert (second.copy / "shop/new.py").read_bytes() == b"1"
    assert (second.copy / "shop/ordering.py").read_bytes() == b"2"


def test_what_foreign_code_left_behind_is_not_inherited(tree, tmp_path):
    (tree.copy / "shop/planted.py").write_text("import os")
    changed = with_changes(tree, {}, tmp_path / "changed")
    assert not (changed.copy / "shop/planted.py").exists()
    assert changed.digest == tree.digest


@pytest.mark.parametrize("kind", ["edited", "deleted", "linked", "made executable"])
def test_a_copy_that_foreign_code_altered_is_refused(tree, tmp_path, kind):
    file = tree.copy / "shop/ordering.py"
    if kind == "edited":
        file.write_text("LIMIT = 99\n")
    elif kind == "made executable":
        file.chmod(0o755)
    else:
        file.unlink()
    if kind == "linked":
        file.symlink_to("/etc/passwd")
    with pytest.raises(StageError, match=r"ordering\.py was changed"):
        with_changes(tree, {}, tmp_path / "changed")
    assert not (tmp_path / "changed").exists()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "shop/../../x", "", ".", "shop/../.."])
def test_a_change_outside_the_project_is_refused(tree, tmp_path, name):
    with pytest.raises(UsageError, match="not a path inside"):
        with_changes(tree, {name: b"x"}, tmp_path / "changed")
    assert not (tmp_path / "changed").exists()


def test_a_change_through_a_symbolic_link_is_refused(project, tmp_path, confinement):
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / "link").symlink_to(outside)
    tree = copy_project(project, tmp_path / "copy", confinement)
    with pytest.raises(UsageError, match="symbolic link"):
        with_changes(tree, {"link/x.py": b"x"}, tmp_path / "changed")
    assert list(outside.iterdir()) == []


def test_a_change_of_a_link_replaces_the_link_and_not_what_it_names(project, tmp_path, confinement):
    outside = tmp_path / "outside.py"
    outside.write_text("outside")
    (project / "link.py").symlink_to(outside)
    tree = copy_project(project, tmp_path / "copy", confinement)
    changed = with_changes(tree, {"link.py": b"inside"}, tmp_path / "changed")
    assert outside.read_text() == "outside"
    assert (changed.copy / "link.py").read_text() == "inside"
    assert not (changed.copy / "link.py").is_symlink()


@pytest.mark.parametrize(
    ("name", "content"), [("missing.py", None), ("shop", None), ("shop", b"x"), ("shop/ordering.py/x", b"x")]
)
def test_a_change_of_what_is_no_file_is_refused(tree, tmp_path, name, content):
    with pytest.raises(UsageError, match="not a file"):
        with_changes(tree, {name: content}, tmp_path / "changed")


def test_removing_what_is_gone_does_nothing(tree):
    remove(tree)
    remove(tree)
    assert not tree.copy.exists()


def test_removing_does_not_follow_links(project, tmp_path, confinement):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    (project / "link").symlink_to(kept)
    remove(copy_project(project, tmp_path / "copy", confinement))
    assert (kept / "file").exists()


def test_a_clone_tells_the_digest_of_its_bytes(tmp_path):
    content = os.urandom(3 * 1024 * 1024 + 1)
    (tmp_path / "a").write_bytes(content)
    assert cloning.clone(tmp_path / "a", tmp_path / "b") == hashlib.sha256(content).hexdigest()
    assert (tmp_path / "b").read_bytes() == content


def test_a_shared_clone_tells_the_digest_of_the_copy(tmp_path, monkeypatch):
    def shares(reading, writing) -> bool:
        writing.write(b"snapshot")
        return True

    monkeypatch.setattr(cloning, "_reflink", shares)
    (tmp_path / "a").write_bytes(b"snapshot, then edited")
    assert cloning.clone(tmp_path / "a", tmp_path / "b") == hashlib.sha256(b"snapshot").hexdigest()


def test_a_clone_never_follows_a_link_nor_overwrites(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to("a")
    with pytest.raises(OSError, match="link"):
        cloning.clone(tmp_path / "link", tmp_path / "b")
    with pytest.raises(FileExistsError):
        cloning.clone(tmp_path / "a", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"a"
