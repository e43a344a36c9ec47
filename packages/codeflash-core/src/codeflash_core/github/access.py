"""Where GitHub's API is, and with which token it is used."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from attrs import field, frozen

from codeflash_core.errors import PrerequisiteError, UsageError

URL = "GITHUB_API_URL"
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
PUBLIC = "https://api.github.com"


@frozen
class Access:
    """The API and the token for it.

    Attributes:
        url: Address of the API, without a slash at the end.
        token: The token; it is in no text, message or record.
    """

    url: str
    token: str = field(repr=False)

    @property
    def is_here(self) -> bool:
        """Whether the API is on this machine."""
        return _is_here(urlsplit(self.url).hostname or "")


def read_access(environment: Mapping[str, str]) -> Access:
    """The API as the environment names it; the token comes from nowhere else.

    Args:
        environment: Variables by name.

    Raises:
        PrerequisiteError: There is no token.
        UsageError: The address or the token can't be used; neither is repeated, since it may hold a secret.
    """
    url = read_address(environment)
    given = next((name for name in TOKENS if environment.get(name, "").strip()), "")
    if not given:
        raise PrerequisiteError(
            "there is no token for GitHub",
            f"Set {TOKENS[0]} to one that may write pull requests; it is read from the environment only.",
        )
    token = environment[given].strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", token):
        raise UsageError(f"{given} is no token: it has characters that no token has", "Copy it again.")
    return Access(url, token)


def read_address(environment: Mapping[str, str]) -> str:
    """The API's address as the environment names it, without a slash at the end; the public one where it names none.

    Args:
        environment: Variables by name.

    Raises:
        UsageError: The address can't be used; it is not repeated, since it may hold a secret.
    """
    url = environment.get(URL, "").strip() or PUBLIC
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or parts.password:
        raise UsageError(f"{URL} is no address that can be used", f"Write it like {PUBLIC}.")
    if parts.scheme == "http" and not _is_here(parts.hostname or ""):
        raise UsageError(
            f"{URL} would send your token unencrypted", "Write https:// in the place of http://."
        )
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    host = host.lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
