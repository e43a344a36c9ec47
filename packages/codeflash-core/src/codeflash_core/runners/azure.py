"""The words of the Azure command line that make, start and look at a machine; the program keeps its own login."""

from __future__ import annotations

import ipaddress
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from codeflash_core.errors import PrerequisiteError, StageError, UsageError
from codeflash_core.runners.infra import CLOUD_INIT, Command
from codeflash_core.runners.vm_settings import VmSettings

PROGRAM = "az"
RULE = "ssh"
SECONDS = 1200.0
RUNNING = "VM running"


def create_commands(settings: VmSettings, address: str = "") -> tuple[Command, ...]:
    """What makes a machine, with a firewall that lets one address in, or nobody.

    Args:
        settings: The machine.
        address: The address or network that may connect; empty for none.
    """
    group = ("--resource-group", settings.resource_group)
    return (
        (PROGRAM, "group", "create", "--name", settings.resource_group, "--location", settings.location, "--output", "none"),
        (PROGRAM, "network", "nsg", "create", *group, "--name", settings.firewall, "--location", settings.location, "--output", "none"),
        *(allow_commands(settings, address) if address else ()),
        (
            PROGRAM, "vm", "create", *group, "--name", settings.name, "--location", settings.location,
            "--image", settings.image, "--size", settings.size, "--nsg", settings.firewall,
            "--public-ip-sku", "Standard", "--admin-username", settings.user, "--authentication-type", "ssh",
            "--ssh-key-values", settings.key, "--custom-data", CLOUD_INIT, "--output", "json",
        ),
    )  # fmt: skip


def allow_commands(settings: VmSettings, address: str) -> tuple[Command, ...]:
    """What lets an address in, instead of the one before."""
    return (
        (
            PROGRAM, "network", "nsg", "rule", "create", "--resource-group", settings.resource_group,
            "--nsg-name", settings.firewall, "--name", RULE, "--priority", "1000", "--direction", "Inbound",
            "--access", "Allow", "--protocol", "Tcp", "--source-address-prefixes", address,
            "--destination-port-ranges", "22", "--output", "none",
        ),
    )  # fmt: skip


def start_commands(settings: VmSettings, address: str = "") -> tuple[Command, ...]:
    """What starts a machine, and then tells its address."""
    named = ("--resource-group", settings.resource_group, "--name", settings.name)
    return (
        *(allow_commands(settings, address) if address else ()),
        (PROGRAM, "vm", "start", *named, "--output", "none"),
        (PROGRAM, "vm", "show", "--show-details", *named, "--output", "json"),
    )


def run_commands(commands: tuple[Command, ...], folder: Path) -> dict[str, Any]:
    """Run commands one after the other; gives what the last one says.

    Args:
        commands: The commands; each does no harm when it is run again.
        folder: Where they run.

    Raises:
        PrerequisiteError: The program is not there.
        StageError: One fails; those after it are not run.
    """
    told: dict[str, Any] = {}
    for words in commands:
        told = ask(words, folder)
    return told


def ask(words: Command, folder: Path) -> Any:
    """Run one command; gives the JSON that it prints, an empty dictionary where it prints nothing.

    Raises:
        PrerequisiteError: The program is not there.
        StageError: It fails.
    """
    program = shutil.which(words[0])
    short = " ".join(words[: next((n for n, each in enumerate(words) if each.startswith("--")), len(words))])
    if program is None:
        raise PrerequisiteError(
            f"the program {words[0]} is not there", "Install the Azure command line, and log in: az login"
        )
    try:
        done = subprocess.run(
            [program, *words[1:]],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StageError(
            "machine", f"{short} did not end within {SECONDS:.0f} s", "Run the command again."
        ) from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        raise StageError(
            "machine",
            f"{short} failed: {lines[-1] if lines else f'exit status {done.returncode}'}",
            "Nothing after it was run. Put it right and run the command again; what is made already stays as it is.",
        )
    try:
        return json.loads(done.stdout) if done.stdout.strip() else {}
    except ValueError as problem:
        raise StageError("machine", f"{short} did not print JSON") from problem


def public_address(told: dict[str, Any]) -> str:
    """The machine's address in what ``vm create`` or ``vm show`` said; empty where it has none."""
    return str(told.get("publicIpAddress") or told.get("publicIps") or "").split(",")[0].strip()


def power_state(settings: VmSettings, folder: Path) -> str:
    """What the provider says of the machine, such as ``VM running``."""
    return str(ask(start_commands(settings)[-1], folder).get("powerState") or "unknown")


def allowed_networks(settings: VmSettings, folder: Path) -> tuple[str, ...]:
    """The networks that the firewall lets in to the port of ssh."""
    words = (
        PROGRAM, "network", "nsg", "rule", "list", "--resource-group", settings.resource_group,
        "--nsg-name", settings.firewall, "--output", "json",
    )  # fmt: skip
    found: list[str] = []
    for rule in ask(words, folder) or ():
        ports = {str(rule.get("destinationPortRange")), *map(str, rule.get("destinationPortRanges") or ())}
        if rule.get("direction") == "Inbound" and rule.get("access") == "Allow" and ports & {"22", "*"}:
            found += filter(
                None, [rule.get("sourceAddressPrefix"), *(rule.get("sourceAddressPrefixes") or ())]
            )
    return tuple(dict.fromkeys(found))


def lets_in(networks: tuple[str, ...], address: str) -> bool:
    """Whether one of the networks holds an address."""
    one = ipaddress.ip_address(address)
    for network in networks:
        if network in ("*", "Internet"):
            return True
        try:
            if one in ipaddress.ip_network(network, strict=False):
                return True
        except ValueError:
            continue  # a name of the provider's for networks of its own
    return False


def read_address(text: str) -> str:
    """An address or network that a firewall may let in.

    Raises:
        UsageError: It is none, or the whole world.
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise UsageError(f"not an address: {text}", "Such as 203.0.113.7, or 203.0.113.0/24.") from None
    if network.prefixlen == 0:
        raise UsageError("the whole world would be let in", "Name the address that you connect from.")
    return str(network.network_address) if network.num_addresses == 1 else str(network)
