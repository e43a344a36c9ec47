"""The program's one way in; :mod:`codeflash_core.door` is the one way out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one editor until it goes, or a signal comes.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit code.
    """
    from codeflash_core.door import go_through, with_its_stack

    words = list(sys.argv[1:] if arguments is None else arguments)

    def command() -> int:
        from codeflash_lsp.arguments import build

        return _serve(build().parse_args(words))

    return go_through("codeflash-lsp", command, json=lambda: False, bug=with_its_stack)


def _serve(options: argparse.Namespace) -> int:
    import logging

    from codeflash_lsp.transports import serve_stdio, serve_tcp

    # Standard output belongs to the protocol.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="codeflash-lsp: %(message)s")
    # What goes wrong inside a handler is told by the door; the library would add its own stacks.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    return serve_tcp(options.tcp, anywhere=options.anywhere) if options.tcp else serve_stdio()
