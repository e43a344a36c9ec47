"""Options that every program that serves has; each can be set by a variable of the program's own as well."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from attrs import frozen


@frozen
class Options:
    """The options of one program.

    Attributes:
        program: Its name.
        prefix: What the names of its variables begin with.
        default: A variable's default by its whole name.
    """

    program: str
    prefix: str
    default: Callable[[str], str]

    def add_address(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--host`` and ``--port``."""
        # Texts are read as if they had been given: a variable with a wrong number is refused in the same words.
        host, which = self.set_to("HOST"), self.told("HOST")
        parser.add_argument("--host", default=host, help=f"address to listen on ({which})")
        self.add_port(parser, "--port", "PORT", "port")

    def add_port(self, parser: argparse.ArgumentParser, option: str, name: str, what: str) -> None:
        """Add a port.

        Args:
            parser: Gets it.
            option: The option's name.
            name: The variable's name without the prefix.
            what: What it is for.
        """
        told = f"{what} ({self.told(name)}; 0: any)"
        parser.add_argument(option, type=port, default=self.set_to(name), metavar="N", help=told)

    def add_data(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--data``."""
        parser.add_argument(
            "--data",
            type=Path,
            default=self.data_folder(),
            metavar="DIR",
            help=f"data folder (default: {self.prefix}DATA, else the user's folder for data)",
        )

    def data_folder(self) -> Path:
        """Where data live when nothing is said: the user's own folder for them."""
        set_folder = os.environ.get(f"{self.prefix}DATA")
        if set_folder:
            return Path(set_folder)
        from platformdirs import user_data_path

        return user_data_path(self.program, appauthor=False)

    def set_to(self, name: str) -> str:
        """What a variable is set to, or its default; the name is without the prefix."""
        return os.environ.get(f"{self.prefix}{name}", "").strip() or self.default(f"{self.prefix}{name}")

    def told(self, name: str) -> str:
        """The default as help tells it."""
        return f"default: {self.prefix}{name}, else {self.default(f'{self.prefix}{name}')}"


def port(text: str) -> int:
    """The number of a port.

    Raises:
        ArgumentTypeError: It is none.
    """
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"not a port: {text[:40]}")
    return number
