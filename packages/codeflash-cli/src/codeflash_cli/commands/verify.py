"""``codeflash verify``: the behaviour half of ``evaluate``; 1 when the behaviour is not shown to be the same."""

from __future__ import annotations

from codeflash_cli.commands.evaluate import present, run, start

__all__ = ["present", "run", "start"]
