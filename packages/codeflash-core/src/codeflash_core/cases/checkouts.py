"""Where the checkout of a target repository is: a pattern of folders, or the repository that one stands in."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.errors import UsageError
from codeflash_core.git.program import ask_git
from codeflash_core.git.repository import Repository, find_repository
from codeflash_core.records.case_place import origin_names


def find_checkout(
    org: str, project: str, pattern: str, here: Repository | None, given: str = ""
) -> Repository:
    """The checkout of a project.

    Args:
        org: Whose project it is.
        project: Its name.
        pattern: Where checkouts lie, with ``{org}`` and ``{project}`` in it.
        here: The repository around the current folder; it counts where a remote of it is the project, or where it has
            no remote and the project's name.
        given: The folder, where it was named; nothing else counts then. It may lie inside the repository.

    Raises:
        UsageError: There is none.
    """
    if given:
        return _at(Path(given).expanduser().absolute(), given)
    if here is not None and _is_of(here, org, project):
        return here if not here.prefix else Repository(here.top, "")
    place = Path(pattern.replace("{org}", org).replace("{project}", project)).expanduser()
    if place.is_dir():
        return _at(place.absolute(), str(place))
    raise UsageError(
        f"there is no checkout of {org}/{project}: not here, and not in {place}",
        "Clone it there; or name it: --checkout DIR, or the setting checkouts.",
    )


def remote_addresses(repository: Repository) -> dict[str, str]:
    """Addresses by the names of the remotes."""
    names = ask_git(repository.project, "remote").text.splitlines()
    return {name: repository.setting(f"remote.{name}.url") for name in names}


def _at(place: Path, name: str) -> Repository:
    found = find_repository(place) if place.is_dir() else None
    if found is None:
        raise UsageError(f"there is no git checkout in {name}", "Clone the project there.")
    return found


def _is_of(repository: Repository, org: str, project: str) -> bool:
    addresses = remote_addresses(repository)
    wanted = (org.casefold(), project.casefold())
    for address in addresses.values():
        names = origin_names(address)
        if names and (names[0].casefold(), names[1].casefold()) == wanted:
            return True
    return not addresses and repository.top.resolve().name.casefold() == project.casefold()
