"""Private copies of a project: what foreign code sees and may scribble on."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from attrs import field, frozen

from codeflash_core.errors import StageError, UsageError
from codeflash_core.sandbox.cloning import clone
from codeflash_core.sandbox.policy import Confinement

# Version control, caches and tool state: never needed to run the code, and often large.
LEFT_OUT_FOLDERS = frozenset(
    {
        ".git", ".hg", ".svn", ".jj", "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache",
        ".pytest_cache", ".hypothesis", ".codeflash", ".ssh", ".aws", ".gnupg",
    }
)  # fmt: skip
LEFT_OUT_FILES = ("*.pyc", "*.pyo", ".coverage", ".coverage.*")
_DEEP = 10
"""Folders in each other whose path is short enough to be named, however long their names are."""
_SECRET_FILES = (
    ".env", ".env.*", "*.pem", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*",
    ".netrc", ".pypirc", ".npmrc", ".git-credentials", ".pgpass",
)  # fmt: skip
_NOT_SECRET = frozenset({".env.example", ".env.sample", ".env.template", ".env.dist"})
_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})


@frozen
class Tree:
    """A private copy of a project, and where foreign code finds it."""

    project: Path
    """The user's real root, resolved."""
    copy: Path
    """The private copy on the host."""
    shown_at: Path
    """Where foreign code sees it: ``project`` under bubblewrap, else ``copy``."""
    digest: str
    """SHA-256 over the paths, executable bits and contents of the copy when it was made."""
    environments: tuple[str, ...] = ()
    """Folders of the project that come in read-only instead of being copied, relative."""
    left_out: tuple[str, ...] = ()
    """What could not be read or is no regular file and so is not in the copy, relative."""
    masked: tuple[str, ...] = ()
    """Files that look like secrets and are empty in the copy, relative."""
    entries: Mapping[str, str] = field(factory=dict, repr=False, eq=False)
    """Digest of every entry, by relative POSIX path."""


def copy_project(
    project: Path,
    into: Path,
    confinement: Confinement,
    *,
    extra_exclude: Iterable[str] = (),
    read_only: Sequence[str] = (),
) -> Tree:
    """Copy a project without what is large, generated or secret.

    Args:
        project: The user's root folder.
        into: Where the copy goes; must not exist or be empty.
        confinement: Decides where foreign code will see the copy.
        extra_exclude: More patterns to leave out, matched against names and relative paths.
        read_only: Relative folders that are shown read-only although they are not copied, such as ``.git``.

    Raises:
        UsageError: The project is no folder, or is the root of the file system.
        StageError: The disk is full or not writable; nothing is left behind.
    """
    root = project.resolve()
    if not root.is_dir() or root == Path(root.anchor):
        raise UsageError(f"{project} is not a project folder")
    into = into.absolute()
    copier = _Copier(root, into, tuple(extra_exclude), frozenset(read_only))
    with _nothing_left(into):
        into.mkdir(parents=True, exist_ok=True)
        copier.folder("")
    return Tree(
        project=root,
        copy=into,
        shown_at=root if confinement.confined else into,
        digest=_digest(copier.entries),
        environments=tuple(sorted(copier.environments)),
        left_out=tuple(sorted(copier.left_out)),
        masked=tuple(sorted(copier.masked)),
        entries=copier.entries,
    )


def with_changes(tree: Tree, changes: Mapping[str, bytes | None], into: Path) -> Tree:
    """Make a fresh copy of a tree with some files replaced, new or deleted.

    Only what was in the tree when it was made is copied, and only if it is still the same: what
    foreign code left behind in ``tree.copy`` does not reach the new one.

    Args:
        tree: The tree to start from.
        changes: Relative path to new content, or None to delete the file.
        into: Where the copy goes.

    Raises:
        UsageError: A path leaves the project, or a file to delete is not there.
        StageError: The disk is full, or the tree was altered since it was made.
    """
    targets = {_inside(name): content for name, content in changes.items()}
    into = into.absolute()
    entries = dict(tree.entries)
    with _nothing_left(into):
        into.mkdir(parents=True, exist_ok=True)
        _replay(tree, into, skip=targets.keys())
        for name, content in targets.items():
            _change(into, name, content, entries)
        for name in tree.environments:
            (into / name).mkdir(parents=True, exist_ok=True)
        _restore_folders(tree, into)
    return Tree(
        project=tree.project,
        copy=into,
        shown_at=tree.shown_at if tree.shown_at == tree.project else into,
        digest=_digest(entries),
        environments=tree.environments,
        left_out=tree.left_out,
        masked=tree.masked,
        entries=entries,
    )


def remove(tree: Tree | Path) -> None:
    """Delete a copy, read-only folders and all; does nothing when it is gone."""
    path = tree.copy if isinstance(tree, Tree) else tree

    def unlock(function: object, name: str, _: object) -> None:
        with contextlib.suppress(OSError):
            Path(name).parent.chmod(0o700)
            if not Path(name).is_symlink():
                Path(name).chmod(0o700)
            if Path(name).is_dir() and not Path(name).is_symlink():
                shutil.rmtree(name, ignore_errors=True)
            else:
                Path(name).unlink(missing_ok=True)

    for _ in range(3):
        if not os.path.lexists(path):
            return
        try:
            shutil.rmtree(path, onerror=unlock)
        except RecursionError:
            _lift(path)


def _lift(top: Path) -> None:
    """Move what lies too deep in a folder up to its top: foreign code may nest deeper than a removal can follow."""
    waiting = [(top, 0)]
    while waiting:
        folder, depth = waiting.pop()
        with contextlib.suppress(OSError):
            folder.chmod(0o700)
            with os.scandir(folder) as found:
                inner = [Path(child.path) for child in found if child.is_dir(follow_symlinks=False)]
            for child in inner:
                if depth < _DEEP:
                    waiting.append((child, depth + 1))
                    continue
                lifted = top / secrets.token_hex(8)
                child.rename(lifted)
                waiting.append((lifted, 1))


class _Copier:
    """One walk over a project."""

    def __init__(self, root: Path, into: Path, exclude: tuple[str, ...], read_only: frozenset[str]) -> None:
        self.root = root
        self.into = into
        self.exclude = exclude
        self.read_only = read_only
        self.entries: dict[str, str] = {}
        self.environments: list[str] = []
        self.left_out: list[str] = []
        self.masked: list[str] = []

    def folder(self, relative: str) -> None:
        """Copy what a folder holds, and what that holds."""
        source, target = self.root / relative, self.into / relative
        try:
            children = sorted(os.scandir(source), key=lambda child: child.name)
        except PermissionError:
            self.left_out.append(relative)
            return
        for child in children:
            name = f"{relative}/{child.name}" if relative else child.name
            if child.is_symlink():
                self._link(name, child)
            elif child.is_dir(follow_symlinks=False):
                self._subfolder(name, child)
            elif child.is_file(follow_symlinks=False):
                self._file(name, child)
            else:
                self.left_out.append(name)
        # Last, so that a folder's modification time survives what was put into it.
        _copy_times(source, target, folder=True)

    def _subfolder(self, name: str, child: os.DirEntry[str]) -> None:
        path = Path(child.path)
        if name in self.read_only or child.name == "node_modules" or (path / "pyvenv.cfg").exists():
            self.environments.append(name)
            (self.into / name).mkdir()
            return
        if child.name in LEFT_OUT_FOLDERS or self._excluded(name, child.name) or path == self.into:
            return
        (self.into / name).mkdir()
        self.entries[name] = "folder"
        self.folder(name)

    def _link(self, name: str, child: os.DirEntry[str]) -> None:
        if self._excluded(name, child.name) or child.name in LEFT_OUT_FOLDERS:
            return
        pointee = Path(child.path).readlink()
        (self.into / name).symlink_to(pointee)
        self.entries[name] = f"link {pointee}"

    def _file(self, name: str, child: os.DirEntry[str]) -> None:
        if child.name in LEFT_OUT_FOLDERS or self._excluded(name, child.name):
            return
        if any(fnmatch.fnmatchcase(child.name, pattern) for pattern in LEFT_OUT_FILES):
            return
        target = self.into / name
        if looks_secret(child.name):
            target.touch()
            self.masked.append(name)
            self.entries[name] = _described(0o600, hashlib.sha256(b"").hexdigest())
            return
        try:
            digest = clone(Path(child.path), target)
        except PermissionError:
            target.unlink(missing_ok=True)
            self.left_out.append(name)
            return
        mode = _copy_times(Path(child.path), target)
        self.entries[name] = _described(mode, digest)

    def _excluded(self, name: str, base: str) -> bool:
        return any(fnmatch.fnmatchcase(base, one) or fnmatch.fnmatchcase(name, one) for one in self.exclude)


def looks_secret(name: str) -> bool:
    """Whether a file of that name is one whose content stays out of the sandbox."""
    return name not in _NOT_SECRET and any(fnmatch.fnmatchcase(name, one) for one in _SECRET_FILES)


def _described(mode: int, digest: str) -> str:
    return f"file {'x' if mode & stat.S_IXUSR else '-'} {digest}"


def _digest(entries: Mapping[str, str]) -> str:
    total = hashlib.sha256()
    for name in sorted(entries):
        total.update(f"{name}\0{entries[name]}\0".encode(errors="surrogateescape"))
    return total.hexdigest()


def _copy_times(source: Path, target: Path, *, folder: bool = False) -> int:
    """Give a copy the permissions (never set-uid) and times of its original; return the permissions."""
    status = source.stat()
    mode = stat.S_IMODE(status.st_mode) & 0o777
    target.chmod(mode | 0o700 if folder else mode | 0o400)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return mode


def _replay(tree: Tree, into: Path, skip: Iterable[str]) -> None:
    skipped = set(skip)
    for name in sorted(tree.entries):
        entry, source, target = tree.entries[name], tree.copy / name, into / name
        if entry == "folder":
            target.mkdir(exist_ok=True)
        elif entry.startswith("link "):
            if name not in skipped:
                target.symlink_to(entry.removeprefix("link "))
        elif name in skipped:
            # An overwritten file keeps its place's permissions; a placeholder carries them over.
            target.touch()
            with contextlib.suppress(FileNotFoundError):
                target.chmod(stat.S_IMODE(source.stat().st_mode) & 0o777)
        else:
            _replay_file(name, entry, source, target)


def _replay_file(name: str, entry: str, source: Path, target: Path) -> None:
    try:
        if source.is_symlink():
            raise FileNotFoundError(name)
        digest = clone(source, target)
        mode = _copy_times(source, target)
    except FileNotFoundError as error:
        raise _altered(name) from error
    if _described(mode, digest) != entry:
        raise _altered(name)


def _altered(name: str) -> StageError:
    return StageError(
        "sandbox",
        f"The private copy's {name} was changed by code that ran in it.",
        "Start foreign code in a copy of its own (with_changes with no change), not in the first one.",
    )


def _restore_folders(tree: Tree, into: Path) -> None:
    for name in sorted((one for one, entry in tree.entries.items() if entry == "folder"), reverse=True):
        with contextlib.suppress(FileNotFoundError):
            _copy_times(tree.copy / name, into / name, folder=True)


def _inside(name: str) -> str:
    """The normal form of a relative path, refusing one that leaves the project."""
    pure = PurePosixPath(name.replace(os.sep, "/"))
    if not name or pure.is_absolute() or ".." in pure.parts or not pure.parts or Path(name).is_absolute():
        raise UsageError(f"{name!r} is not a path inside the project")
    return pure.as_posix()


def _change(into: Path, name: str, content: bytes | None, entries: dict[str, str]) -> None:
    target = into / name
    parent = into
    for part in PurePosixPath(name).parts[:-1]:
        parent = parent / part
        if parent.is_symlink():
            raise UsageError(f"{name!r} goes through a symbolic link")
    if content is None:
        if name not in entries or entries[name] == "folder":
            raise UsageError(f"{name!r} is not a file of the project")
        target.unlink(missing_ok=True)
        del entries[name]
        return
    if entries.get(name) == "folder" or (parent.exists() and not parent.is_dir()):
        raise UsageError(f"{name!r} is not a file of the project")
    for ancestor in reversed(PurePosixPath(name).parents):
        if ancestor.parts:
            (into / ancestor).mkdir(exist_ok=True)
            entries.setdefault(ancestor.as_posix(), "folder")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() and not target.is_symlink() else 0o644
    target.unlink(missing_ok=True)
    target.write_bytes(content)
    target.chmod(mode)
    entries[name] = _described(mode, hashlib.sha256(content).hexdigest())


@contextlib.contextmanager
def _nothing_left(into: Path) -> Iterator[None]:
    """Remove a copy that could not be finished."""
    if into.exists() and any(into.iterdir()):
        raise StageError("sandbox", f"{into} is not empty")
    try:
        yield
    except OSError as error:
        remove(into)
        if error.errno in _FULL_DISK:
            raise StageError(
                "sandbox",
                f"The disk is full: no room for a private copy of the project in {into.parent}.",
                "Free some space, or point CODEFLASH_STATE_DIR to a larger disk.",
            ) from error
        raise StageError("sandbox", f"A private copy of the project could not be made: {error}") from error
    except BaseException:
        remove(into)
        raise
