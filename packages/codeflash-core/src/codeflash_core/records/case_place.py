"""Where the records of one person's work on one project lie: ``.codeflash/{teammember}/{org}/{project}/``."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

from attrs import frozen

FOLDER = ".codeflash"
MEMBER_VARIABLE = "CODEFLASH_TEAMMEMBER"
_LONGEST = 60
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
"""Names that Windows keeps for itself."""


@frozen
class CasePlace:
    """A place for records; files in it can be read and compared by people.

    Attributes:
        root: The project's folder.
        teammember: Who works on it.
        org: Whose project it is.
        project: Its name.
    """

    root: Path
    teammember: str
    org: str
    project: str

    @property
    def folder(self) -> Path:
        """The folder itself."""
        return self.root / FOLDER / self.teammember / self.org / self.project

    @property
    def relative(self) -> str:
        """The folder relative to the project's, POSIX style."""
        return self.folder.relative_to(self.root).as_posix()

    @property
    def status(self) -> Path:
        """What stands where, for people."""
        return self.folder / "status.md"

    @property
    def results(self) -> Path:
        """All rows."""
        return self.folder / "data" / "results.tsv"

    @property
    def pulls(self) -> Path:
        """The pull requests that were opened."""
        return self.folder / "data" / "pulls.tsv"

    @property
    def learnings(self) -> Path:
        """What was learnt."""
        return self.folder / "learnings.md"

    @property
    def handoff(self) -> Path:
        """All that a fresh mind needs to go on."""
        return self.folder / "handoff.md"


def case_place(
    root: Path, *, member: str = "", user: str = "", email: str = "", origin: str = ""
) -> CasePlace:
    """The place of a person's work on a project.

    Args:
        root: The project's folder.
        member: The value of ``CODEFLASH_TEAMMEMBER``, which wins.
        user: The name that git knows.
        email: The address that git knows.
        origin: The address of the remote ``origin``.
    """
    given = next((name for name in (member, user, email.partition("@")[0]) if name.strip()), "local")
    org, project = origin_names(origin) or ("local", root.resolve().name)
    return CasePlace(root, slug(given), slug(org), slug(project))


def origin_names(origin: str) -> tuple[str, str] | None:
    """Organization and project of a remote's address; None for a folder on this machine.

    Understands ``scheme://host/org/name.git`` and ``user@host:org/name.git``. Of nested groups the innermost counts.
    """
    address = origin.strip()
    _, scheme, rest = address.partition("://")
    if scheme:
        if address.startswith("file:"):
            return None
        path = rest.partition("/")[2]
    else:
        host, colon, path = address.partition(":")
        if not colon or "/" in host or len(host) < 2:  # a path, or a drive of Windows
            return None
    names = [name for name in re.split(r"[/\\]+", path.removesuffix("/").removesuffix(".git")) if name]
    return (names[-2], names[-1]) if len(names) > 1 else None


def slug(text: str, longest: int = _LONGEST) -> str:
    """A name for a folder or a branch that every system takes: small letters, digits, ``.``, ``_`` and ``-``.

    A name without any such letter is told by its hash, so that two of them do not fall together.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9._]+", "-", plain)
    found = re.sub(r"\.{2,}", ".", found)[:longest].strip("-._").removesuffix(".lock")
    if not found or _DEVICES.fullmatch(found):
        return f"{found or 'name'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return found
