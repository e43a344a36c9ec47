"""The command line of the server. Nothing heavy is imported here: ``--help`` is quick."""

from __future__ import annotations

from attrs import frozen

from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.errors import UsageError
from codeflash_core.units import parse_count
from codeflash_lsp import __version__


@frozen
class Address:
    """Where the server listens.

    Attributes:
        host: A name or a number.
        port: 0 takes a free one.
    """

    host: str
    port: int


def read_address(text: str) -> Address:
    """An address as it is typed.

    Raises:
        UsageError: It is not ``HOST:PORT``.
    """
    host, mark, port = text.rpartition(":")
    if not mark or not host:
        raise UsageError("an address is written HOST:PORT, such as 127.0.0.1:8770")
    return Address(host.removeprefix("[").removesuffix("]"), parse_count(port, least=0))


def build() -> CommandParser:
    """The parser."""
    parser = CommandParser(
        prog="codeflash-lsp",
        description="Serves the engine to one editor over the Language Server Protocol, on standard input and output "
        "unless --tcp is given.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"codeflash-lsp {__version__}")
    parser.add_argument(
        "--stdio", action="store_true", help="serve on standard input and output (the default)"
    )
    parser.add_argument(
        "--tcp",
        metavar="HOST:PORT",
        type=read_by(read_address),
        help="listen for one editor instead; port 0 takes a free one. No password is asked for: every user of this machine can "
        "connect, and have code run as you",
    )
    parser.add_argument(
        "--anywhere",
        action="store_true",
        help="let --tcp listen where other machines can reach it; whoever connects can have code run as you",
    )
    return parser
