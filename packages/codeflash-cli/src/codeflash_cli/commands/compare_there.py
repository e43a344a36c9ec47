"""``codeflash compare BASE HEAD --on MACHINE``: the same on another machine, which the case's ``status.md`` or ssh knows."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from codeflash_cli import __version__
from codeflash_cli.opening import run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_core.cases.machines import machines_of
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.git.repository import find_repository
from codeflash_core.records.case_place import FOLDER
from codeflash_core.records.shared_pages import read_page
from codeflash_core.runners.comparing import Elsewhere, There, compare_there, stop_there
from codeflash_core.runners.connection import CONFIG_VARIABLE, Connection
from codeflash_core.runners.destination import parse_destination
from codeflash_core.versions.values import VersionsRequest


def run_there(options: argparse.Namespace, request: VersionsRequest, deliver: Callable[[There], int]) -> int:
    """Run the command; the exit code is what the delivery gives."""
    if options.pr:
        raise UsageError(
            "a pull request is compared on this machine only",
            "Nobody has looked at its build yet. Fetch it, look at it, and name its commits.",
        )
    place = Elsewhere(
        connection_to(address_of(options.on)),
        options.on,
        options.setup or "",
        version=f"codeflash {__version__}",
    )
    codes: list[int] = []
    with contextlib.ExitStack() as stack:
        listener = progress(verbose=options.verbose)
        stack.enter_context(listener)

        def print_it(there: There) -> None:
            stack.close()  # The line of progress would be written between those of the result.
            codes.append(deliver(there))

        if not options.stop:
            with _notes_told():
                run_until_done(compare_there(request, place, listener, print_it))
            return codes[0]
        stood = run_until_done(stop_there(request, place, listener))
    told = "it is not there" if stood == "absent" else "it was ended and taken away"
    if options.json:
        print_json({"machine": options.on, "stopped": stood != "absent"})
    else:
        print(f"{options.on}: {told}")
    return 0


def connection_to(address: str) -> Connection:
    """The way to a machine; ``CODEFLASH_SSH_CONFIG`` names settings of ssh to read instead of the usual ones."""
    config = os.environ.get(CONFIG_VARIABLE)
    return Connection(parse_destination(address), Path(config) if config else None)


def address_of(name: str, folder: Path | None = None) -> str:
    """The address of a machine that a case knows by this name; the name itself where none does, or where it is no name.

    Args:
        name: What the user wrote.
        folder: Where to look for cases; the current folder by default.

    Raises:
        UsageError: Two cases mean different machines, its address is not known yet, or a table can't be read.
    """
    if "@" in name or ":" in name:
        return name  # An address: no table has to be readable for it.
    here = folder or Path.cwd()
    repository = find_repository(here)
    root = repository.top if repository else here
    found: dict[str, str] = {}
    for page in sorted((root / FOLDER).glob("*/*/*/status.md")):
        machines = machines_of(read_page(page), page.relative_to(root).as_posix())
        found |= {
            each.address: page.parent.relative_to(root).as_posix() for each in machines if each.name == name
        }
    if not found:
        return name
    if len(found) > 1:
        raise UsageError(
            f"there are several machines called {name}: {', '.join(sorted(found.values()))}",
            f"Name it by its address: {', '.join(sorted(filter(None, found)))}",
        )
    (address,) = found
    if not address:
        raise UsageError(
            f"the address of {name} is not known yet", f"Start it: codeflash vm start --help ({found['']})"
        )
    return address


@contextlib.contextmanager
def _notes_told() -> Iterator[None]:
    """What an error has to say besides its message is said on stderr."""
    try:
        yield
    except BaseException as problem:
        for note in getattr(problem, "__notes__", ()):
            print(f"codeflash: {note}", file=sys.stderr)
        raise
