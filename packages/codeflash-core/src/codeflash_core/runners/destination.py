"""Where another machine is, as ssh names it."""

from __future__ import annotations

import re

from attrs import frozen

from codeflash_core.errors import UsageError

_FORM = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9_.+-]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.%a-z]+\]|[A-Za-z0-9_][A-Za-z0-9._-]*)"
    r"(?::(?P<port>[0-9]{1,5}))?"
)


@frozen
class Destination:
    """A machine that ssh reaches.

    Attributes:
        host: Its name, its address, or a name that ssh's settings know.
        user: Whose account is used; that of ssh's settings when empty.
        port: Its port; that of ssh's settings when None.
    """

    host: str
    user: str = ""
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self._at}{host}{f':{self.port}' if self.port else ''}"

    @property
    def words(self) -> tuple[str, ...]:
        """The destination among the words of ssh; none of them can be taken for an option."""
        return (*(("-p", str(self.port)) if self.port else ()), "--", f"{self._at}{self.host}")

    def url(self, path: str) -> str:
        """An address for git.

        Args:
            path: The place in the account's home folder.
        """
        return f"ssh://{self}/~/{path}"

    @property
    def _at(self) -> str:
        return f"{self.user}@" if self.user else ""


def parse_destination(text: str) -> Destination:
    """The machine that ``[user@]host[:port]`` names.

    Raises:
        UsageError: It is no such text.
    """
    found = _FORM.fullmatch(text.strip())
    port = int(found["port"]) if found and found["port"] else None
    if found is None or (port is not None and not 0 < port < 65536):
        raise UsageError(
            f"not a machine: {text}",
            "Write [user@]host[:port], or the name of a machine in the case's status.md.",
        )
    return Destination(found["host"].strip("[]"), found["user"] or "", port)
