"""The command line of the server. Nothing heavy is imported here: ``--help`` is quick."""

from __future__ import annotations

from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.units import parse_count
from codeflash_mcp import __version__

HOST = "127.0.0.1"
PORT = 8765


def build() -> CommandParser:
    """The parser."""
    parser = CommandParser(
        prog="codeflash-mcp",
        description="Serves the engine to coding agents, over stdio unless --http is given.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"codeflash-mcp {__version__}")
    parser.add_argument(
        "--root",
        metavar="DIR",
        action="append",
        help="a folder that clients may work in; may be repeated (default: the current folder). A client that "
        "names roots of its own is held to those.",
    )
    parser.add_argument(
        "--judge",
        action="store_true",
        help="serve a client that is not trusted: without the tools that write or run commands, everything else in the "
        "complete sandbox, and within --root whatever roots the client names",
    )
    http = parser.add_argument_group("over HTTP")
    http.add_argument("--http", action="store_true", help="serve streamable HTTP at /mcp instead of stdio")
    http.add_argument("--host", default=HOST, metavar="NAME", help=f"where to listen (default: {HOST})")
    http.add_argument(
        "--port",
        default=PORT,
        type=read_by(lambda text: parse_count(text, least=0)),
        metavar="N",
        help=f"where to listen; 0 takes a free one (default: {PORT})",
    )
    http.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        help="a further name by which clients may reach the server; may be repeated",
    )
    return parser
