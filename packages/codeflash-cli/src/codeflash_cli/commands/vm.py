"""``codeflash vm``: the virtual machines that a case measures on. Nothing is made or started without ``--run``."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from codeflash_cli import __version__
from codeflash_cli.case_opening import existing_place
from codeflash_cli.commands.compare_there import connection_to
from codeflash_cli.opening import run_until_done
from codeflash_core.cases.machines import Machine, machines_of, with_machine
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.records.case_place import CasePlace, slug
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.shared_pages import read_page
from codeflash_core.runners import azure
from codeflash_core.runners.checks import Check, examine
from codeflash_core.runners.infra import SETTINGS, Command, write_infra
from codeflash_core.runners.vm_settings import VmSettings, changed, read_public_key, read_vm

MARKS = {True: "✓", False: "✗", None: "?"}


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when a check fails."""
    place = existing_place(options.project)
    known = {each.name: each for each in machines_of(read_page(place.status), _name(place))}
    machine = known.get(options.name) or _named(options.name, options.project)
    address = azure.read_address(options.address) if options.address else ""
    folder = place.folder / "infra" / options.name
    settings = read_vm(folder / SETTINGS)
    match options.action:
        case "new":
            return _new(options, place, machine, folder, settings, address)
        case "start":
            return _start(options, place, machine, folder, settings, address)
        case _:
            return _doctor(options, machine, folder, settings, address, known=options.name in known)


def _new(
    options: argparse.Namespace,
    place: CasePlace,
    machine: Machine,
    folder: Path,
    settings: VmSettings | None,
    address: str,
) -> int:
    settings = _described(options, settings)
    commands = azure.create_commands(settings, address)
    files = write_infra(folder, settings, commands)
    written = [file.relative_to(place.root).as_posix() for file in files]
    for name in written if not options.json else ():
        print(f"written: {name}")
    return _carried_out(options, place, machine, folder, settings, commands, address, written)


def _described(options: argparse.Namespace, known: VmSettings | None) -> VmSettings:
    """The machine as ``vm.toml`` has it, with what the options say."""
    key = read_public_key(Path(options.key)) if options.key else None
    if known is None:
        if key is None:
            raise UsageError("the key that gets in is not said", "Name the public one: --key FILE.pub")
        try:
            known = VmSettings(
                name=options.name,
                key=key,
                codeflash=f"codeflash-cli=={__version__}",
                resource_group=slug(f"codeflash-{options.project}"),
            )
        except ValueError as problem:
            raise UsageError(str(problem)) from problem
    return changed(
        known,
        key=key,
        size=options.size,
        image=options.image,
        resource_group=options.resource_group,
        location=options.location,
    )


def _start(
    options: argparse.Namespace,
    place: CasePlace,
    machine: Machine,
    folder: Path,
    settings: VmSettings | None,
    address: str,
) -> int:
    if settings is None:
        raise UsageError(
            f"the case {options.project} has no machine {options.name}",
            "Describe it: codeflash vm new --help",
        )
    commands = azure.start_commands(settings, address)
    return _carried_out(options, place, machine, folder, settings, commands, address, [])


def _carried_out(
    options: argparse.Namespace,
    place: CasePlace,
    machine: Machine,
    folder: Path,
    settings: VmSettings,
    commands: tuple[Command, ...],
    address: str,
    written: list[str],
) -> int:
    """Run the commands where that was asked for, and keep the address; else show them."""
    document: dict[str, Any] = {
        "machine": machine.name,
        "written": written,
        "commands": [shlex.join(each) for each in commands],
        "ran": options.run,
        "address": machine.address,
    }
    if options.run:
        told = azure.public_address(azure.run_commands(commands, folder))
        now = Machine(
            name=machine.name,
            project=machine.project,
            address=f"{settings.user}@{told}" if told else machine.address,
            size=settings.size,
            resource_group=settings.resource_group,
        )
        page = read_page(place.status) or f"# Status of {place.org}/{place.project}\n"
        replace_file(place.status, with_machine(page, now, _name(place)).encode())
        document["address"] = now.address
    if options.json:
        print_json(document)
        return 0
    if options.run:
        print(f"{machine.name}: {document['address'] or 'it has no public address'}")
        print(f"next: codeflash vm doctor {options.project} {machine.name}")
        return 0
    for line in document["commands"]:
        print(line)
    if not address and options.action == "new":
        print("note: nobody is let in yet; --address ADDRESS lets yours in")
    print("nothing was run; --run runs these commands")
    return 0


def _doctor(
    options: argparse.Namespace,
    machine: Machine,
    folder: Path,
    settings: VmSettings | None,
    address: str,
    *,
    known: bool,
) -> int:
    if not known and settings is None:
        raise UsageError(
            f"the case {options.project} has no machine {options.name}",
            "Add it to the table in status.md; or make one: codeflash vm new --help",
        )
    connection = connection_to(machine.address) if machine.address else None
    place = folder if folder.is_dir() else Path.cwd()
    checks = run_until_done(examine(machine, settings, connection, place, address.partition("/")[0]))
    if options.json:
        print_json({"machine": machine.name, "checks": [_told(each) for each in checks]})
    else:
        for each in checks:
            print(f"{MARKS[each.good]} {each.name}: {each.told}")
            if each.hint and not each.good:
                print(f"    {each.hint}")
    return 1 if any(each.good is False for each in checks) else 0


def _told(check: Check) -> dict[str, object]:
    return {"name": check.name, "good": check.good, "told": check.told, "hint": check.hint}


def _named(name: str, project: str) -> Machine:
    try:
        return Machine(name, project)
    except ValueError as problem:
        raise UsageError(str(problem)) from problem


def _name(place: CasePlace) -> str:
    """The page of the machines as messages name it."""
    return place.status.relative_to(place.root).as_posix()
