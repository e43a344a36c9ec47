"""The subcommands: a module each."""

from __future__ import annotations

import argparse
from typing import Protocol

from codeflash_core.command_line import CommandParser


class Command(Protocol):
    """What a module of a subcommand has."""

    HELP: str
    """One line."""

    def options(self, parser: CommandParser) -> None:
        """Add its options."""

    def run(self, options: argparse.Namespace) -> int:
        """Run it; returns the exit code."""
