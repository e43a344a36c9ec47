"""The file system foreign code sees, as bubblewrap options (see bwrap(1))."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import field, frozen

from codeflash_core.sandbox.policy import Confinement, Limits
from codeflash_core.sandbox.tree import Tree

_SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/libx32", "/lib64")
# What the dynamic linker, time zones, name look-up and TLS read; no shadow, no keys, no host configuration.
_SYSTEM_FILES = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone",
    "/etc/alternatives", "/etc/mime.types", "/etc/protocols", "/etc/services", "/etc/fonts",
    "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted",
    "/etc/crypto-policies", "/etc/os-release",
)  # fmt: skip
_TMPFS_BYTES = 1024 * 1024 * 1024
_PREFIX_PARTS = ("bin", "lib", "lib64", "include", "share", "pyvenv.cfg")

HOME = "/tmp/home"
"""The private home folder, on a tmpfs."""


@frozen
class _Mount:
    """One thing to show: a folder or file of the host, or a symbolic link."""

    inside: Path
    host: Path | None = None
    writable: bool = False
    link_to: str = field(default="")

    def options(self) -> list[str]:
        """Write it as bubblewrap options."""
        if self.host is None:
            return ["--symlink", self.link_to, str(self.inside)]
        return ["--bind" if self.writable else "--ro-bind", str(self.host), str(self.inside)]


def arguments(
    confinement: Confinement,
    tree: Tree,
    *,
    etc: Path,
    cwd: Path,
    limits: Limits,
    read_only: Sequence[tuple[Path, Path]] = (),
    writable: Sequence[tuple[Path, Path]] = (),
    prefixes: Sequence[Path] = (),
    programs: Iterable[Path] = (),
) -> list[str]:
    """Write bubblewrap's options up to, and with, the ``--`` before the command.

    Args:
        confinement: A probed bubblewrap.
        tree: The copy to show at the project's real path.
        etc: A folder of stand-ins for ``/etc/passwd`` and the like.
        cwd: Where the command starts, as seen inside.
        limits: Bound the temporary file systems, which live in memory.
        read_only: Further host paths and where they are shown.
        writable: Folders of the host that may be written to, and where they are shown.
        prefixes: Folders of the target's interpreter, shown where they are.
        programs: Executables whose chain of symbolic links must lead somewhere inside.
    """
    assert confinement.bwrap is not None
    size = ["--size", str(min(_TMPFS_BYTES, limits.memory_bytes))] if confinement.sized_tmpfs else []
    options = [confinement.bwrap, *confinement.options]
    for folder in map(Path, _SYSTEM_FOLDERS):
        if folder.is_symlink():
            options += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            options += ["--ro-bind", str(folder), str(folder)]
    for name in _SYSTEM_FILES:
        options += ["--ro-bind-try", name, name]
    for stand_in in sorted(etc.iterdir()):
        options += ["--ro-bind", str(stand_in), f"/etc/{stand_in.name}"]
    if confinement.network:
        options += ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"]
    options += ["--proc", "/proc", "--dev", "/dev", *size, "--tmpfs", "/dev/shm", *size, "--tmpfs", "/tmp"]
    for mount in _ordered(_mounts(tree, read_only, writable, prefixes, programs)):
        options += mount.options()
    # The root and /dev are unbounded tmpfs of bubblewrap's own: nothing may be put there.
    options += ["--dir", HOME, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(cwd), "--"]
    return options


def _mounts(
    tree: Tree,
    read_only: Sequence[tuple[Path, Path]],
    writable: Sequence[tuple[Path, Path]],
    prefixes: Sequence[Path],
    programs: Iterable[Path],
) -> list[_Mount]:
    mounts = [_Mount(tree.project, tree.copy, writable=True)]
    mounts += [_Mount(tree.project / name, (tree.project / name).resolve()) for name in tree.environments]
    mounts += [_Mount(inside, host.resolve()) for host, inside in read_only]
    mounts += [_Mount(inside, host.resolve(), writable=True) for host, inside in writable]
    shown = [Path(folder) for folder in _SYSTEM_FOLDERS] + [mount.inside for mount in mounts]
    for prefix in prefixes:
        for path in _narrowed(prefix.absolute(), tree):
            mounts += _reachable(path, shown, mount_real=True)
    for program in programs:
        mounts += _reachable(program.absolute(), shown, mount_real=False)
    return mounts


def _narrowed(prefix: Path, tree: Tree) -> list[Path]:
    """The parts of an interpreter's prefix to show: all of it, unless that would show a home folder or what programs keep in it."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 (Path.home() raises where there is none)
    if prefix == tree.project or prefix in (Path("/"), Path("/usr")):
        return []
    if home.is_relative_to(prefix) or home.resolve().is_relative_to(prefix.resolve()):
        return [prefix / part for part in _PREFIX_PARTS if (prefix / part).exists()]
    if prefix.resolve() == home.resolve() / ".local":
        # Its share is where programs of the user keep their data, keyrings among them.
        return [prefix / part for part in _PREFIX_PARTS if part != "share" and (prefix / part).exists()]
    return [prefix] if prefix.exists() else []


def _reachable(path: Path, shown: list[Path], *, mount_real: bool) -> list[_Mount]:
    """Show the symbolic links on the way to a path as they are on the host, and the place they end.

    Adds to ``shown`` what becomes visible.
    """
    mounts: list[_Mount] = []
    pending = [path]
    for _ in range(40):  # the kernel's own bound on links followed, path_resolution(7)
        current = pending.pop()
        link = next((one for one in (*reversed(current.parents), current) if _is_link(one)), None)
        if link is None:
            if mount_real and not _covered(current, shown):
                mounts.append(_Mount(current, current))
                shown.append(current)
            return mounts
        pointee = link.readlink()
        if not _covered(link, shown):
            mounts.append(_Mount(link, link_to=str(pointee)))
            shown.append(link)
        rest = current.relative_to(link)
        pending.append(Path(os.path.normpath(link.parent / pointee)) / rest)
    return mounts


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except PermissionError:
        return False  # bubblewrap cannot look there either


def _covered(path: Path, shown: list[Path]) -> bool:
    return any(path.is_relative_to(one) for one in shown)


def _ordered(mounts: list[_Mount]) -> list[_Mount]:
    """Outer before inner, and each place once: the first to ask for it keeps it."""
    unique: dict[Path, _Mount] = {}
    for mount in mounts:
        unique.setdefault(mount.inside, mount)
    return sorted(unique.values(), key=lambda mount: len(mount.inside.parts))
