"""``python -I -m codeflash_core.bound PARENT PROGRAM WORDS``: become the program, and die with the parent.

The kernel keeps the bond through ``exec``: prctl(2), PR_SET_PDEATHSIG. Where there is no such bond, the program runs without.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(words: list[str]) -> None:
    """Become the program.

    Args:
        words: The parent's process id, then the program and its words.
    """
    parent, *command = words
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != int(parent):
            raise SystemExit(128 + signal.SIGKILL)  # the parent died before the bond was made
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
