"""What ``vm doctor`` looks at: each thing that keeps a machine from measuring, with what to do about it."""

from __future__ import annotations

import asyncio
import ipaddress
import shutil
from pathlib import Path

from attrs import frozen

from codeflash_core.cases.machines import Machine
from codeflash_core.errors import CodeflashError, PrerequisiteError
from codeflash_core.pipeline.health import FILES, SECONDS, Fitness, Health, facts_of, judge, printed_snapshot
from codeflash_core.runners import azure
from codeflash_core.runners.connection import Connection
from codeflash_core.runners.jobs import SCRIPTS
from codeflash_core.runners.vm_settings import VmSettings


@frozen
class Check:
    """One thing that was looked at.

    Attributes:
        name: What.
        good: Whether it is as it should be; None where that could not be seen.
        told: What was seen.
        hint: What to do; empty where nothing has to be done.
    """

    name: str
    good: bool | None
    told: str
    hint: str = ""


@frozen
class Overview:
    """What a machine says of itself.

    Attributes:
        seen_from: The address that we come from, as it sees it; empty where it sees none.
        version: What its codeflash calls itself; empty without one.
        missing: Programs that are not there.
        holder: Who measures now; empty when nobody does.
        jobs: Jobs that lie there, by name, with where they stand.
        health: How fit it is.
    """

    seen_from: str
    version: str
    missing: tuple[str, ...]
    holder: str
    jobs: dict[str, str]
    health: Health


async def overview(connection: Connection) -> Overview:
    """Ask a machine for everything at once.

    Raises:
        ConnectionLost: It can't be reached.
        PrerequisiteError: ssh is missing, or does not get in.
    """
    script = (SCRIPTS / "runner.sh").read_text(encoding="utf-8")
    said = await connection.run(script, "overview", str(SECONDS), *FILES)
    head, *snapshots = said.out.decode("utf-8", "replace").split("\nsnapshot\n")
    lines = [line.partition(" ")[::2] for line in head.splitlines()]
    told = dict(lines)
    before, after = (printed_snapshot(each) for each in (*snapshots, "", "")[:2])
    return Overview(
        seen_from=_address(told.get("connection", "")),
        version=told.get("version", ""),
        missing=tuple(rest for word, rest in lines if word == "missing"),
        holder=told.get("holder", ""),
        jobs={
            name: state for word, rest in lines if word == "job" for state, _, name in [rest.partition(" ")]
        },
        health=judge(facts_of(before, after)),
    )


def _address(connection: str) -> str:
    """The client's address in a ``SSH_CONNECTION``, which says ``UNKNOWN`` where a proxy connects."""
    try:
        return str(ipaddress.ip_address(connection.partition(" ")[0]))
    except ValueError:
        return ""


async def examine(
    machine: Machine,
    settings: VmSettings | None,
    connection: Connection | None,
    folder: Path,
    address: str = "",
) -> tuple[Check, ...]:
    """Look at everything; nothing is changed.

    Args:
        machine: The machine.
        settings: What it was made of; None where the case does not say, so that the provider is not asked.
        connection: The way to it; None where its address is not known.
        folder: A folder for the provider's program to run in.
        address: Where we connect from; what the machine sees when empty.
    """
    seen: Overview | None = None
    reached: Check
    if connection is None:
        reached = Check("ssh", False, "its address is not known", "codeflash vm start, with --run")
    else:
        try:
            seen = await overview(connection)
            reached = Check("ssh", True, f"{connection.destination} lets us in")
        except CodeflashError as problem:
            reached = Check("ssh", False, problem.message, problem.hint)
    ours = address or (seen.seen_from if seen else "")
    found = [await asyncio.to_thread(_running, settings, folder, machine)]
    found.append(await asyncio.to_thread(_firewall, settings, folder, ours))
    found += [await _key(settings), reached]
    if seen:
        found += _there(seen)
    return tuple(found)


def _running(settings: VmSettings | None, folder: Path, machine: Machine) -> Check:
    kept = f"kept running while the case {machine.project} is open"
    if settings is None:
        return Check("running", None, f"the case has no vm.toml of it, so the provider is not asked; {kept}")
    try:
        state = azure.power_state(settings, folder)
    except CodeflashError as problem:
        return Check("running", None, problem.message, problem.hint)
    if state == azure.RUNNING:
        return Check("running", True, f"yes; {kept}")
    return Check("running", False, f"{state}, though it is {kept}", "codeflash vm start, with --run")


def _firewall(settings: VmSettings | None, folder: Path, address: str) -> Check:
    if settings is None:
        return Check("firewall", None, "not asked")
    if not address:
        return Check(
            "firewall", None, "the address that we connect from is not known", "Give it: --address ADDRESS"
        )
    try:
        networks = azure.allowed_networks(settings, folder)
    except CodeflashError as problem:
        return Check("firewall", None, problem.message, problem.hint)
    if azure.lets_in(networks, address):
        return Check("firewall", True, f"{address} is let in")
    shown = ", ".join(networks) or "nobody"
    return Check(
        "firewall", False, f"{address} is not let in, only {shown}",
        f"codeflash vm start, with --address {address} --run",
    )  # fmt: skip


async def _key(settings: VmSettings | None) -> Check:
    """Whether the agent offers the key; keys in files are up to ssh, and show when it connects."""
    if settings is None:
        return Check("key", None, "the case does not say which")
    try:
        offered = await _offered()
    except PrerequisiteError as problem:
        return Check("key", None, problem.message, problem.hint)
    kind, body, *comment = settings.key.split(" ", 2)
    name = comment[0] if comment else kind
    if body in offered:
        return Check("key", True, f"the agent offers {name}")
    return Check("key", None, f"the agent does not offer {name}; ssh may have it in a file", "ssh-add KEY")


async def _offered() -> str:
    program = shutil.which("ssh-add")
    if program is None:
        raise PrerequisiteError("the program ssh-add is not there", "Install the OpenSSH client.")
    process = await asyncio.create_subprocess_exec(
        program,
        "-L",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    return out.decode("utf-8", "replace") if not process.returncode else ""


def _there(seen: Overview) -> list[Check]:
    missing = [name for name in seen.missing if name != "bwrap"]
    found = [
        Check("programs", False, f"missing: {', '.join(missing)}", "Install them there.")
        if missing
        else Check("programs", True, "git, flock, setsid are there"),
        Check("codeflash", True, seen.version)
        if seen.version
        else Check(
            "codeflash",
            False,
            "it is not there",
            "cloud-init status --wait tells, there, whether it is still being installed.",
        ),
    ]
    if "bwrap" in seen.missing:
        found.append(
            Check(
                "sandbox", False, "bubblewrap is not there: benchmarks are not confined", "Install it there."
            )
        )
    found.append(
        Check("turn", True, f"taken by {seen.holder}: a comparison waits" if seen.holder else "free")
    )
    waiting = [name for name, state in seen.jobs.items() if state == "finished"]
    if waiting:
        found.append(
            Check(
                "jobs",
                None,
                f"finished and not fetched: {', '.join(waiting)}",
                "The command that began one fetches it.",
            )
        )
    # A busy machine can measure; it takes longer to be sure.
    quiet = seen.health.verdict is Fitness.QUIET
    hint = "Measure when it is quieter, or give it more time: --budget TIME"
    found.append(Check("health", quiet or None, seen.health.line, hint))
    return found
