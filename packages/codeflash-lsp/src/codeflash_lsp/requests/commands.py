"""The commands of the server: their names, and how lenses and actions call them."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

OPTIMIZE = "codeflash.optimize"
APPLY = "codeflash.apply"
EXPLAIN = "codeflash.explain"
REWRITE = "codeflash.rewrite"


def command(title: str, name: str, uri: str, function: str, **more: Any) -> types.Command:
    """A call of a command on one function.

    Args:
        title: What people read.
        name: The command.
        uri: The document.
        function: The function's dotted name.
        more: What else the command takes.
    """
    return types.Command(title=title, command=name, arguments=[{"uri": uri, "function": function, **more}])
