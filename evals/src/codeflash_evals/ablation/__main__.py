"""``python -m codeflash_evals.ablation`` is ``codeflash-evals ablate``."""

from __future__ import annotations

import sys

from codeflash_cli.bugs import reported
from codeflash_core.command_line import CommandParser
from codeflash_core.door import go_through
from codeflash_evals.ablation import command


def main() -> int:
    """Run the command; returns the exit code."""

    def judge() -> int:
        parser = CommandParser(prog="codeflash-evals ablate", description=command.HELP)
        command.options(parser)
        return command.run(parser.parse_args(sys.argv[1:]))

    return go_through("codeflash-evals ablate", judge, json=lambda: False, bug=reported)


if __name__ == "__main__":
    raise SystemExit(main())
