"""The server with all its tools and resources, on no transport yet."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer

from codeflash_mcp import __version__, resources
from codeflash_mcp.house import House
from codeflash_mcp.tools import (
    compare,
    discover,
    evaluate_candidate,
    explain_run,
    optimize,
    rank,
    rules_for,
    session,
)

INSTRUCTIONS = """\
Makes code faster and proves it. You propose; the engine decides, by running the project's code on a private copy: same \
behaviour on every input it can find, and faster by an interval whose lower bound is the claim.

The order that works: rank (where does the time go?), rules_for (ideas), evaluate_candidate (judge each version you write), \
then apply the diff of an accepted one. optimize searches by itself with mechanical rewrites. Undecided is never a yes. \
No tool but the session tools changes a file. Full proof is for Python; for other languages compare measures two commands."""


def build_server(house: House) -> MCPServer:
    """The server.

    Args:
        house: What its tools share.
    """
    shared = [each.tool(house) for each in (discover, rank, evaluate_candidate, optimize, explain_run)]
    trusted = [] if house.judging else [compare.tool(house), *session.tools(house)]
    server: MCPServer[Any] = MCPServer(
        "codeflash",
        title="codeflash",
        version=__version__,
        instructions=INSTRUCTIONS,
        log_level="WARNING",
        tools=[*shared, rules_for.tool(), *trusted],
    )
    resources.add(server, house)
    return server
