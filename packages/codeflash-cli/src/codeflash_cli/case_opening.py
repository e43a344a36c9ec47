"""The case that a command names, and the checkout of its project."""

from __future__ import annotations

import os
from pathlib import Path

from codeflash_core.cases.checkouts import find_checkout
from codeflash_core.errors import Place, UsageError
from codeflash_core.git.repository import Repository, find_repository
from codeflash_core.records.case_place import MEMBER_VARIABLE, CasePlace, case_place, slug
from codeflash_core.settings import load_settings


def place_of(name: str) -> CasePlace:
    """Where the records of a case lie.

    Args:
        name: ``ORG/PROJECT``.

    Raises:
        UsageError: It is no such name.
    """
    org, project = names_of(name)
    folder = Path.cwd()
    repository = find_repository(folder)
    root = repository.top if repository else folder
    told = (
        {"user": repository.setting("user.name"), "email": repository.setting("user.email")}
        if repository
        else {}
    )
    place = case_place(root, member=os.environ.get(MEMBER_VARIABLE, ""), **told)
    return CasePlace(root, place.teammember, slug(org), slug(project))


def existing_place(name: str) -> CasePlace:
    """Where the records of a case lie that was begun.

    Raises:
        UsageError: It was not.
    """
    place = place_of(name)
    if not (place.folder / "case.md").is_file():
        raise UsageError(f"there is no case {name}", f"Begin it: codeflash case new {name}")
    return place


def checkout_of(name: str, given: str = "") -> Repository:
    """The checkout of a case's project.

    Args:
        name: ``ORG/PROJECT``.
        given: The folder where it was named.

    Raises:
        UsageError: There is none.
    """
    folder = Path.cwd()
    here = find_repository(folder)
    pattern = load_settings(here.top if here else folder, {})["checkouts"]
    return find_checkout(*names_of(name), pattern, here, given)


def names_of(name: str) -> tuple[str, str]:
    """Organization and project.

    Raises:
        UsageError: It is no ``ORG/PROJECT``.
    """
    org, slash, project = (part.strip() for part in name.partition("/"))
    if not slash or not org or not project or "/" in project or {org, project} & {".", ".."}:
        raise UsageError(f"ORG/PROJECT is wanted, not {name}", "Such as psf/requests.")
    return org, project


def read_given(name: str) -> bytes:
    """The content of a file that was named.

    Raises:
        UsageError: It can't be read.
    """
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise UsageError(f"can't read {name}: {problem.strerror}") from problem


def read_program(name: str) -> str:
    """The program in a file that was named; empty where none was.

    Raises:
        UsageError: It can't be read, or is not UTF-8: guessing would alter what it measures.
    """
    content = read_given(name) if name else b""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise UsageError(
            f"{name} is not UTF-8: byte 0x{content[problem.start]:02x} in line {line}",
            "Save it as UTF-8.",
            Place(name, line),
        ) from problem
