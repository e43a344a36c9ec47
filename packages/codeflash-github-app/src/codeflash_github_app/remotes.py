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
    # A machine that has Git LFS for everybody would run it on files that name their own server.
    "filter.lfs.process": "",
    "filter.lfs.smudge": "",
    "filter.lfs.clean": "",
    "filter.lfs.required": "false",
}
"""Settings that a clone keeps, for every git that works in it."""
NOBODYS = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
"""Variables of a git that heeds neither this machine's settings nor those of its people."""
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
_WAY_OUT = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
"""Variables that say how this machine reaches others, in capitals or not."""
_TRUST = {"GIT_SSL_CAINFO": "SSL_CERT_FILE", "GIT_SSL_CAPATH": "SSL_CERT_DIR"}
"""How git is told whom to trust, and how everybody else is."""
_REFUSALS = re.compile(
    r"returned error: (401|403|404)|(Authentication failed|could not read Username)|Repository not found"
)
_OF_THIS_MACHINE = re.compile(
    r"No space left|Disk quota|Read-only file system|Permission denied|[Cc]ertificate|out of memory"
)
"""What waiting does not mend, also where the connection is cut because of it."""
_PASSING = re.compile(
    r"Could not resolve|Failed to connect|Couldn't connect|Connection (timed out|reset|refused|closed)|Operation timed out"
    r"|Operation too slow|returned error: (408|429|5\d\d)|early EOF|RPC failed|remote end hung up|unexpected disconnect"
    r"|transfer closed|Empty reply|stream .*was not closed cleanly|gnutls_handshake|SSL_ERROR_SYSCALL"
)


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
        trust = {
            name: told
            for name, other in _TRUST.items()
            if (told := os.environ.get(name) or os.environ.get(other))
        }
        return {**way, **trust, **plain_environment(settings)}

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
            status = 401 if refused[2] else int(refused[1]) if refused[1] else None
            return GitHubError(f"git can't {what}: {told}", hint, status)
        if _OF_THIS_MACHINE.search(said) or not _PASSING.search(said):
            return GitHubError(f"git can't {what}: {told}", "Whoever hosts the app can see to its machine.")
        return GitHubError(f"git can't {what}: {told}", "Try again later.", passing=True)


def kept_settings() -> str:
    """What is added to a clone's own settings, for every git that works in it."""
    lines = []
    for name, value in LOCAL.items():
        holder, _, key = name.rpartition(".")
        section, _, inner = holder.partition(".")
        head = f'[{section} "{inner}"]' if inner else f"[{section}]"
        lines.append(f"{head}\n\t{key} = {value}\n")
    return "".join(lines)


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
        **NOBODYS,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **numbered,
    }
