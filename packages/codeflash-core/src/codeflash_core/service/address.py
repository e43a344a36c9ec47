"""Where the AI service is, and with which key it is used."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from attrs import field, frozen

from codeflash_core.errors import UsageError

URL = "CODEFLASH_API_URL"
KEY = "CODEFLASH_API_KEY"
PROJECT = "pyproject.toml"


@frozen
class Address:
    """A service and the key for it.

    Attributes:
        url: Its address, without a slash at the end.
        key: The key; it appears in no text.
    """

    url: str
    key: str = field(repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        host = (urlsplit(self.url).hostname or "").lower()
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def read_address(url: str, environment: Mapping[str, str], origin: str = URL) -> Address:
    """The service as it is configured.

    Args:
        url: Its address.
        environment: Variables by name; the key is taken from them.
        origin: Where the address comes from. A project's own file may not send the user's key to wherever it likes:
            from there only an address on this machine counts.

    Raises:
        UsageError: Something is missing or can't be used.
    """
    hint = f"Set {URL}, such as http://localhost:8000, and {KEY}."
    if not url.strip():
        raise UsageError("the AI service's address is not known", hint)
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or parts.password:
        # Not repeated: somebody may have put a password into it.
        raise UsageError(
            "the AI service's address can't be used", f"Write it like http://localhost:8000. {hint}"
        )
    key = environment.get(KEY, "").strip()
    if not key:
        raise UsageError("there is no key for the AI service", f"Set {KEY}; the service's owner makes one.")
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", key):
        raise UsageError(f"{KEY} is no key: it has characters that no key has", "Copy it again.")
    address = Address(url.strip().rstrip("/"), key)
    if origin.startswith(PROJECT) and not address.is_here:
        raise UsageError(
            f"{PROJECT} wants your key to be sent to {address.url}",
            f"If that is your service, confirm it: set {URL}={address.url}",
        )
    return address
