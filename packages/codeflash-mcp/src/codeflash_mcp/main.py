"""The program's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the client goes, or a signal comes.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit code.
    """
    from codeflash_core.door import go_through, with_its_stack

    words = list(sys.argv[1:] if arguments is None else arguments)

    def command() -> int:
        from codeflash_mcp.arguments import build

        options = build().parse_args(words)
        return _serve(options)

    return go_through("codeflash-mcp", command, json=lambda: False, bug=with_its_stack)


def _serve(options: argparse.Namespace) -> int:
    import logging

    from codeflash_mcp.house import House
    from codeflash_mcp.places import server_places
    from codeflash_mcp.transports import serve_http, serve_stdio

    # Standard output belongs to the protocol.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="codeflash-mcp: %(message)s")
    house = House(
        server_places(options.root or ()), bound=options.http or options.judge, judging=options.judge
    )
    if options.http:
        return serve_http(house, options.host, options.port, options.allow_host or ())
    return serve_stdio(house)
