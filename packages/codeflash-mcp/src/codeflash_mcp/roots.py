"""Asking a client for its roots, in both ways that the protocol knows."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import ListRoots, Resolve
from mcp_types import ListRootsRequest, ListRootsResult
from mcp_types.version import is_version_at_least

from codeflash_mcp.places import Places, client_places

WITHOUT_BACK_CHANNEL = "2026-07-28"
"""From this version of the protocol on a server asks by an answer to the call, which the client then repeats."""


async def ask_for_roots(ctx: Context[Any, Any]) -> ListRoots | None:
    """Ask, unless the client has no roots to tell of."""
    capabilities = ctx.client_capabilities
    if capabilities is None or capabilities.roots is None:
        return None
    return ListRoots() if _asks_by_answer(ctx) or ctx.session.can_send_request else None


def _asks_by_answer(ctx: Context[Any, Any]) -> bool:
    version = ctx.protocol_version
    return version is not None and is_version_at_least(version, WITHOUT_BACK_CHANNEL)


Roots = Annotated[ListRootsResult | None, Resolve(ask_for_roots)]
"""A tool's parameter that the client fills with its roots, unseen by the model."""


def narrowed(server: Places, told: ListRootsResult | None, *, bound: bool) -> Places:
    """The folders for one call.

    Args:
        server: Those of the server.
        told: What the client told, or None when it has no roots.
        bound: Whether the server's folders bound the client's, as where clients come over a network; a client that
            starts its own server could start it anywhere.
    """
    if told is None:
        return server
    theirs = client_places(str(root.uri) for root in told.roots)
    return Places(tuple(root for root in theirs.roots if server.holds(root))) if bound else theirs


async def places_for_reading(server: Places, ctx: Context[Any, Any], *, bound: bool) -> Places:
    """The folders for reading a resource; where asking takes an answer, those of the server."""
    if _asks_by_answer(ctx) or await ask_for_roots(ctx) is None:
        return server
    return narrowed(server, await ctx.session.send_request(ListRootsRequest(), ListRootsResult), bound=bound)
