"""The files of a virtual machine in a case: ASCII only, and refused where they would hold a credential."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from codeflash_core.errors import UsageError
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.secrets import Secrets
from codeflash_core.runners.vm_settings import VmSettings, vm_text

SETTINGS, CLOUD_INIT, COMMANDS = "vm.toml", "cloud-init.yaml", "commands.sh"
_TELLING = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
"""Names of variables whose values must not stand in a file."""
_LEAST = 16
"""Characters of a value from which on it is taken for a secret: shorter ones are words, such as the name of a group."""
_CREDENTIALS = re.compile(
    r"PRIVATE KEY|AccountKey=|SharedAccessSignature|eyJ[A-Za-z0-9_-]{10,}\.|\b(?:gh[opsu]|github_pat)_[A-Za-z0-9_]{20,}"
    r"|\b(?:sk|cf)-[A-Za-z0-9_-]{20,}|\bAKIA[A-Z0-9]{16}|://[^/\s:@]+:[^/\s@]+@"
)
"""What credentials look like: keys, signed tokens, keys of services, a password in an address."""

Command = tuple[str, ...]


def cloud_init(settings: VmSettings) -> str:
    """What the machine does when it first starts.

    Args:
        settings: The machine.
    """
    template = (files("codeflash_core.runners") / "templates" / CLOUD_INIT).read_text(encoding="ascii")
    return (
        Template(template)
        .substitute(
            name=settings.name,
            user=settings.user,
            uv=settings.uv,
            codeflash=settings.codeflash,
            packages="\n".join(f"  - {each}" for each in settings.packages),
        )
        .replace("\n\n", "\n")
    )


def script(commands: Iterable[Command]) -> str:
    """Commands as a script of the shell that makes the machine when it is run in its folder."""
    lines = [
        "#!/bin/sh",
        "# Makes the machine of vm.toml. Written by `codeflash vm new`, which runs the same with --run.",
    ]
    lines += ["set -eu", 'cd "$(dirname "$0")"', *(shlex.join(command) for command in commands)]
    return "\n".join(lines) + "\n"


def write_infra(
    folder: Path,
    settings: VmSettings,
    commands: Iterable[Command],
    environment: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write the files of a machine, each in one step; none where one of them must not be written.

    Args:
        folder: Where they go.
        settings: The machine.
        commands: What makes it.
        environment: Variables whose secrets must not stand in a file; those of this process by default.

    Raises:
        UsageError: One of them would hold a credential, or letters beyond ASCII; nothing is written.
        StageError: One can't be written; those before it are.
    """
    texts = {SETTINGS: vm_text(settings), CLOUD_INIT: cloud_init(settings), COMMANDS: script(commands)}
    for name, text in texts.items():
        refuse_credentials(name, text, os.environ if environment is None else environment)
    for name, text in texts.items():
        replace_file(folder / name, text.encode("ascii"))
    return tuple(folder / name for name in texts)


def refuse_credentials(name: str, text: str, environment: Mapping[str, str]) -> None:
    """Let a text pass that may be written.

    Raises:
        UsageError: It holds what looks like a credential, the value of a secret variable, or letters beyond ASCII.
    """
    told = {
        each: value for each, value in environment.items() if _TELLING.search(each) and len(value) >= _LEAST
    }
    if _CREDENTIALS.search(text) or Secrets(told).stand_in(text.encode("utf-8", "surrogateescape")):
        # What was found is not repeated.
        raise UsageError(
            f"{name} would hold a credential",
            "Leave it out: keys stay with ssh's agent, and az keeps its own login.",
        )
    if not text.isascii():
        raise UsageError(f"{name} would hold letters beyond ASCII", "Write vm.toml in plain letters.")
