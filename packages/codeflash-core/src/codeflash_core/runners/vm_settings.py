"""What a virtual machine is made of: ``infra/{name}/vm.toml`` of a case. It names no person's files, and holds no secret."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from attrs import evolve, fields, frozen

from codeflash_core.errors import Place, UsageError

UV = "0.13.9"
"""The version of uv that a machine gets."""
IMAGE = "Debian:debian-12:12-gen2:latest"
"""Python 3.11, and user namespaces for the sandbox, which Ubuntu 24.04 forbids to programs that it does not know."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/()-]*")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.]*")
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9@:/+._=\[\],~-]*")
_KEY = re.compile(r"(?:ssh-[a-z0-9]+|ecdsa-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]+={0,2}(?: [ -~]*)?")
_PRIVATE = "PRIVATE KEY"


@frozen
class VmSettings:
    """A virtual machine.

    Attributes:
        name: How it is called, there and here.
        key: The public key that gets in, as one line.
        codeflash: What is installed there, as a requirement with its version.
        resource_group: What the provider files it under.
        location: Where it stands.
        size: What the provider calls its size: one that nobody shares a core with.
        image: What it starts from.
        user: The account.
        uv: The version of uv that installs codeflash and builds environments.
        packages: More packages of the system.
    """

    name: str
    key: str
    codeflash: str
    resource_group: str
    location: str = "westeurope"
    size: str = "Standard_D4s_v5"
    image: str = IMAGE
    user: str = "codeflash"
    uv: str = UV
    packages: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        forms = {"user": _USER, "uv": _VERSION, "codeflash": _PACKAGE, "key": _KEY}
        for name in ("name", "key", "codeflash", "resource_group", "location", "size", "image", "user", "uv"):
            value = getattr(self, name)
            if not forms.get(name, _WORD).fullmatch(value):
                # A key that is none is not repeated: it may be the private one.
                shown = "" if name == "key" else f", not {value!r}"
                raise ValueError(f"{name.replace('_', '-')}: {_wanted(name)} is wanted{shown}")
        for each in self.packages:
            if not re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", each):
                raise ValueError(f"packages: a package of the system is wanted, not {each!r}")

    @property
    def firewall(self) -> str:
        """The name of its firewall."""
        return f"{self.name}-nsg"


def _wanted(name: str) -> str:
    return {"key": "a public key of ssh in one line", "uv": "a version"}.get(name, "a plain word")


def read_public_key(path: Path) -> str:
    """The public key in a file.

    Raises:
        UsageError: It can't be read, or is none; a private key is never taken.
    """
    try:
        text = path.expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is no text"
        raise UsageError(f"can't read the key {path}: {why}") from problem
    if _PRIVATE in text:
        raise UsageError(f"{path} is a private key", "Give the public one: its name ends with .pub.")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 1 or not _KEY.fullmatch(lines[0]):
        raise UsageError(f"{path} is no public key of ssh", "It has one line, such as: ssh-ed25519 AAAA...")
    return lines[0]


def read_vm(path: Path) -> VmSettings | None:
    """The machine that a ``vm.toml`` describes; None where there is no such file.

    Raises:
        UsageError: It can't be read, lacks something, or holds what is not understood.
    """
    where = Place(path.name)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise UsageError(f"can't read {path}: {problem}", where=where) from problem
    known = {each.name.replace("_", "-"): each.name for each in fields(VmSettings)}
    odd = sorted(table.keys() - known.keys())
    if odd:
        raise UsageError(f"{path}: unknown key {odd[0]}", f"The keys are: {', '.join(known)}.", where)
    given: dict[str, Any] = {
        known[key]: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    try:
        return VmSettings(**given)
    except (TypeError, ValueError) as problem:
        raise UsageError(
            f"{path}: {problem}", "Correct the file; or delete it, and run vm new again.", where
        ) from problem


def vm_text(settings: VmSettings) -> str:
    """The machine as a ``vm.toml``."""
    lines = [
        "# A virtual machine that measures. `codeflash vm new` writes the other files here anew from this one."
    ]
    for each in fields(VmSettings):
        value = getattr(settings, each.name)
        shown = json.dumps(list(value) if isinstance(value, tuple) else value)
        lines.append(f"{each.name.replace('_', '-')} = {shown}")
    return "\n".join(lines) + "\n"


def changed(settings: VmSettings, **given: str | None) -> VmSettings:
    """The machine with what was given, as far as it was.

    Raises:
        UsageError: A value can't be.
    """
    told: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return evolve(settings, **told)
    except ValueError as problem:
        raise UsageError(str(problem)) from problem
