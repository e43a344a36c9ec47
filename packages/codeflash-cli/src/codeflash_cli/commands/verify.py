"""``codeflash verify``: the behaviour half of ``evaluate``."""

from __future__ import annotations

import argparse

from codeflash_cli.commands.evaluate import judge


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when the behaviour is not shown to be the same."""
    return judge(options, timed=False)
