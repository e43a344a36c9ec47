"""Where a client may work: its own roots, else those of the server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import frozen

from codeflash_core.errors import UsageError


@frozen
class Places:
    """Folders that a client may work in.

    Attributes:
        roots: Real folders; symbolic links and ``..`` are resolved.
    """

    roots: tuple[Path, ...]

    def holds(self, path: Path) -> bool:
        """Whether a path, its symbolic links resolved, lies in one of the folders."""
        real = path.resolve()
        return any(real.is_relative_to(root) for root in self.roots)

    def folder(self, name: str) -> Path:
        """The folder that a client names; the first root when it names none.

        Args:
            name: Absolute, or relative to the first root.

        Raises:
            UsageError: There is no such folder, or it lies outside.
        """
        if not self.roots:
            raise UsageError(
                "there is no folder to work in",
                "Start the server with --root DIR, or name roots in the client.",
            )
        path = self.inside(name, self.roots[0]) if name else self.roots[0]
        if not path.is_dir():
            raise UsageError(f"there is no folder {name or path}", f"Folders to work in: {self}.")
        return path

    def inside(self, name: str, folder: Path) -> Path:
        """A path that a client names, resolved.

        Args:
            name: Absolute, or relative to a folder.
            folder: That folder.

        Raises:
            UsageError: It lies outside.
        """
        if "\0" in name:
            raise UsageError("a path can't hold a null character")
        path = (folder / name).resolve()
        if not self.holds(path):
            raise UsageError(
                f"{name} lies outside the folders of this client", f"Folders to work in: {self}."
            )
        return path

    def __str__(self) -> str:
        return ", ".join(map(str, self.roots)) or "none"


def places_of(folders: Iterable[Path]) -> Places:
    """Places out of folders, those that are not there left out."""
    return Places(tuple(dict.fromkeys(path.resolve() for path in folders if path.is_dir())))


def server_places(names: Iterable[str]) -> Places:
    """The folders that the server is started with; the current one when none is named.

    Raises:
        UsageError: There is no such folder.
    """
    folders = [Path(name).absolute() for name in names]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}", "Give an existing folder with --root.")
    if folders:
        return places_of(folders)
    here = Path.cwd()
    # Some programs start their servers in the root of the file system, which nobody meant to hand out.
    return Places(()) if here.parent == here else places_of([here])


def client_places(uris: Iterable[str]) -> Places:
    """The folders that a client names as its roots; what is no local folder is passed over."""
    folders = []
    for uri in uris:
        parts = urlsplit(uri)
        if parts.scheme == "file" and parts.netloc in ("", "localhost"):
            folders.append(Path(unquote(parts.path)))
    return places_of(folders)
