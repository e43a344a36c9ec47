"""How git speaks to GitHub here: with a token that no command line, address or file holds, and with nobody's settings."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping

from attrs import field, frozen

from codeflash_core.errors import GitHubError
from codeflash_core.github.access import Access

LOCAL = {
    # A link would lead the engine out of the clone: it becomes a small file with the link's text.
    "core.symlinks": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.autocrlf": "false",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
"""Settings that a clone keeps, for every git that works in it."""
_TRANSPORT = {
    # Where a server sends us elsewhere, the token does not go.
    "http.followRedirects": "false",
    "credential.helper": "",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
}
_HERE = {
    # Unencrypted on this machine only, and past a proxy, which does not know it.
    "protocol.http.allow": "always",
    "http.proxy": "",
}
_WAY_OUT = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that say how this machine reaches others, in capitals or not."""
_REFUSALS = re.compile(r"returned error: (401|403|404)|Authentication failed|Repository not found")


@frozen
class Remote:
    """Where a repository is fetched from and pushed to.

    Attributes:
        url: Its address; there is no secret in it.
        token: Who may do so.
    """

    url: str
    token: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """All variables of the one git that speaks to it."""
        given = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        settings = {f"http.{self.url}.extraHeader": f"Authorization: Basic {given}"}
        if Access(self.url, self.token).is_here:
            return plain_environment({**settings, **_HERE})
        way = {name: value for name, value in os.environ.items() if name.upper() in _WAY_OUT}
        return {**way, **plain_environment(settings)}

    def problem(self, what: str, said: str) -> GitHubError:
        """The error for people when git could not speak to it.

        Args:
            what: What git was to do, such as ``fetch``.
            said: What git complained of.
        """
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        told = next((line for line in lines if line.startswith(("fatal:", "error:"))), "no reason was told")
        told = told[:300].replace(self.token, "<token>")
        refused = _REFUSALS.search(said)
        if refused:
            hint = "See that the app is installed on the repository and has the permissions of its guide."
            return GitHubError(f"git can't {what}: {told}", hint, int(refused[1]) if refused[1] else None)
        return GitHubError(f"git can't {what}: {told}", "Try again later.", passing=True)


def plain_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """All variables of a git that heeds our settings and nobody else's.

    Args:
        more: Further settings of git.
    """
    settings = {**LOCAL, **_TRANSPORT, **(more or {})}
    numbered: dict[str, str] = {}
    for number, (name, value) in enumerate(settings.items()):
        numbered |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **numbered,
    }
