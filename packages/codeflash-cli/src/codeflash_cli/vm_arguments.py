"""The words of ``codeflash vm``."""

from __future__ import annotations

import argparse

from codeflash_core.command_line import CommandParser


def add_vm(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser("vm", help="the virtual machines that a case measures on")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, text in (
        ("new", "write what makes a machine, and show the commands; --run runs them"),
        ("start", "show what starts it, and lets an address in; --run runs it"),
        ("doctor", "see whether it can measure now; 1 when it can't"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("project", metavar="ORG/PROJECT", help="the case")
        action.add_argument("name", metavar="NAME", help="the machine's name")
        action.add_argument("--json", action="store_true", help="print one JSON document")
        action.add_argument(
            "--address", metavar="ADDRESS", help="the address or network that its firewall lets in: yours"
        )
        if name != "doctor":
            action.add_argument("--run", action="store_true", help="run the commands instead of showing them")
        if name == "new":
            _machine(action)


def _machine(parser: CommandParser) -> None:
    group = parser.add_argument_group("the machine (default: what its vm.toml says)")
    group.add_argument("--key", metavar="FILE.pub", help="the public key that gets in")
    group.add_argument("--size", metavar="SIZE", help="what the provider calls its size")
    group.add_argument("--image", metavar="IMAGE", help="what it starts from")
    group.add_argument("--resource-group", metavar="NAME", help="what the provider files it under")
    group.add_argument("--location", metavar="PLACE", help="where it stands")
